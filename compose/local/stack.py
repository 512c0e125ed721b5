"""One stack: four services on one machine, in one STATE_DIR, at one PORT_OFFSET."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from common.conf.service import HOST, SERVICES
from common.contracts.money import USD
from compose.local import databases, health, sandbox
from compose.local.backing import EMBEDDED, STACKS, Backing, check_kind, embedded
from compose.local.lock import only_one
from compose.local.places import STACK_PARTS, Places
from compose.local.ports import require_free
from compose.local.problem import Problem
from compose.local.started import Started
from compose.local.supervision import Supervisor
from compose.local.supervisor_file import configuration
from compose.local.topology import (
    ProcessSpec,
    service_environment,
    service_named,
    system,
)
from compose.local.watched import Tell, Watched, say_nothing

if TYPE_CHECKING:
    from compose.infra.backbone import Infra


class Stack(Watched):
    """Starts, watches and stops the processes of one stack, and what it stands on.

    `env` stands for the shell's variables; `processes` replaces those of the system,
    which then needs no databases either (the tests of this class do so).
    """

    def __init__(
        self,
        state_dir: Path | str,
        port_offset: int = 0,
        *,
        env: Mapping[str, str] | None = None,
        processes: Sequence[ProcessSpec] | None = None,
        kind: str = EMBEDDED,
        workers: int = 1,
        currency: str = "",
    ) -> None:
        self.places = Places(Path(state_dir), STACK_PARTS, guests=("infra",))
        self.supervisor = Supervisor(self.places)
        self._outer = os.environ if env is None else env
        money = currency or self._outer.get("CURRENCY") or USD.code
        self.how = Started(port_offset, check_kind(kind), workers, money)
        self._fixed = processes
        self.infra = self._make_infra()
        self.backing = self._make_backing()
        self.processes: Sequence[ProcessSpec] = self._processes()

    def environment_of(self, service: str) -> dict[str, str]:
        """The variables its processes and management commands run with."""
        root, offset = self.places.root, self.how.port_offset
        own = service_environment(
            service_named(service),
            root,
            offset,
            self.backing,
            with_sandbox=sandbox.is_wanted(self._outer),
        )
        return {**self._environment(), **own}

    def url(self, service: str) -> str:
        """The address of a service, without a slash at its end."""
        port = next(spec.port for spec in self.processes if spec.service == service)
        return f"http://{HOST}:{port}"

    def pids(self) -> dict[str, int]:
        """The ids of all processes, those of what the stack stands on included."""
        states = [*self.status(), *(self.infra.status() if self.infra else ())]
        return {state.name: state.pid for state in states if state.pid is not None}

    def complaint(self, spec: ProcessSpec) -> str:
        """Why this process does not do its work yet; empty when it does."""
        return health.complaint(spec)

    def start(self, tell: Tell = say_nothing) -> bool:
        """Start what does not run; True when nothing ran before.

        Places and ports are checked before anything is started.
        """
        if self.infra and (missing := self.infra.missing(STACKS[self.how.kind])):
            raise Problem("\n".join(missing.values()))
        self.places.make()
        with only_one(self.places.lock):
            if self.is_up():
                self._start_missing(tell)
                return False
            require_free(self.processes)
            self._launch(tell)
            return True

    def scale(self, workers: int) -> None:
        """Afterwards each service has so many workers; the others go on undisturbed."""
        with only_one(self.places.lock):
            self.how = replace(self.how, workers=workers)
            self.processes = self._processes()
            self._write()
            self.supervisor.update()

    def restart(self, names: Sequence[str]) -> None:
        """Stop these processes and start them again."""
        for name in names:
            self.supervisor.stop(name)
        for name in names:
            self.supervisor.start(name)

    def stop(self) -> list[str]:
        """End every process and the supervisor, and what it stands on; what ran."""
        ran: list[str] = []
        if self.is_up():
            with only_one(self.places.lock):
                ran = [found.name for found in self.status() if found.pid is not None]
                self.supervisor.shutdown()
        return [*ran, *(self.infra.down() if self.infra else ())]

    def _environment(self) -> dict[str, str]:
        """The shell's variables, and the currency this stack is in whatever it says."""
        return {**self._outer, "CURRENCY": self.how.currency}

    def _make_infra(self) -> Infra | None:
        if self.how.kind == EMBEDDED:
            return None
        from compose.infra.backbone import Infra  # brings the drivers of all parts

        return Infra(self.places.root, self.how.port_offset)

    def _make_backing(self) -> Backing:
        if self.infra is None:
            return embedded(self.places.root, self._outer)
        from compose.infra.backing import backing

        return backing(self.infra, self.how.kind)

    def _processes(self) -> tuple[ProcessSpec, ...]:
        if self._fixed is not None:
            return tuple(self._fixed)
        root, how = self.places.root, self.how
        return system(
            root,
            how.port_offset,
            self.backing,
            how.workers,
            with_sandbox=sandbox.is_wanted(self._outer),
        )

    def _start_missing(self, tell: Tell) -> None:
        self._check_same()
        known = self.supervisor.processes().values()
        missing = [found.name for found in known if found.pid is None]
        for name in missing:
            self.supervisor.start(name)
        if missing:
            tell(f"started: {', '.join(missing)}")

    def _check_same(self) -> None:
        runs = self.started() or Started()
        for what, here, there in (
            ("PORT_OFFSET=", self.how.port_offset, runs.port_offset),
            ("--stack ", self.how.kind, runs.kind),
            ("CURRENCY=", self.how.currency, runs.currency),
        ):
            if here != there:
                raise Problem(
                    f"The stack in {self.places.root} runs with {what}{there}. Stop it "
                    "first (`down`), or give this one another STATE_DIR."
                )

    def _launch(self, tell: Tell) -> None:
        if self.infra:
            self.infra.up(STACKS[self.how.kind], tell)
        if self._fixed is None:
            self._prepare_databases(tell)
        tell(f"starting {len(self.processes)} processes")
        self._write()
        self.supervisor.launch(self._environment())

    def _prepare_databases(self, tell: Tell) -> None:
        addresses = list(self.backing.databases.values())
        wanted = databases.stamp(addresses, self.how.currency)
        if databases.are_up_to_date(self.places, addresses, wanted):
            tell("databases are up to date")
            return
        tell("migrating four databases, loading the sample stock")
        databases.migrate_all({name: self.environment_of(name) for name in SERVICES})
        self.places.migrated.write_text(wanted)

    def _write(self) -> None:
        text = configuration(self.processes, self.places)
        self.places.write_configuration(text)
        self.how.write(self.places.started)
