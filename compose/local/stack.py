"""One stack: four services on one machine, in one STATE_DIR, at one PORT_OFFSET."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from common.conf.service import HOST, SERVICES
from compose.local import databases, health
from compose.local.lock import only_one
from compose.local.places import Places
from compose.local.ports import require_free
from compose.local.problem import Problem
from compose.local.supervision import Supervisor
from compose.local.supervisor_file import configuration
from compose.local.topology import (
    ProcessSpec,
    service_environment,
    service_named,
    system,
)
from compose.local.watched import Tell, Watched, say_nothing


class Stack(Watched):
    """Starts, watches and stops the processes of one stack.

    `env` stands for the shell's variables; `processes` replaces the eight of the
    system, which then needs no databases either (the tests of this class do so).
    """

    def __init__(
        self,
        state_dir: Path | str,
        port_offset: int = 0,
        *,
        env: Mapping[str, str] | None = None,
        processes: Sequence[ProcessSpec] | None = None,
    ) -> None:
        self.places = Places(Path(state_dir))
        self.port_offset = port_offset
        self._outer = os.environ if env is None else env
        self._has_databases = processes is None
        self.processes = tuple(processes or system(self.places.root, port_offset))
        self.supervisor = Supervisor(self.places)

    def environment_of(self, service: str) -> dict[str, str]:
        """The variables its processes and management commands run with."""
        identity = service_named(service)
        return {
            **self._outer,
            **service_environment(identity, self.places.root, self.port_offset),
        }

    def url(self, service: str) -> str:
        """The address of a service, without a slash at its end."""
        port = next(spec.port for spec in self.processes if spec.service == service)
        return f"http://{HOST}:{port}"

    def complaint(self, spec: ProcessSpec) -> str:
        """Why this process does not do its work yet; empty when it does."""
        return health.complaint(spec)

    def start(self, tell: Tell = say_nothing) -> bool:
        """Start what does not run; True when nothing ran before.

        Places and ports are checked before anything is started.
        """
        self.places.make()
        with only_one(self.places.lock):
            if self.is_up():
                self._start_missing(tell)
                return False
            require_free(self.processes)
            self._prepare_databases(tell)
            self._launch(tell)
            return True

    def _start_missing(self, tell: Tell) -> None:
        if self.recorded_offset() != self.port_offset:
            raise Problem(
                f"The stack in {self.places.root} runs with PORT_OFFSET="
                f"{self.recorded_offset()}. Stop it first (`down`), or give this one "
                "another STATE_DIR."
            )
        missing = [found.name for found in self.status() if found.pid is None]
        for name in missing:
            self.supervisor.start(name)
        if missing:
            tell(f"started: {', '.join(missing)}")

    def _prepare_databases(self, tell: Tell) -> None:
        if not self._has_databases:
            return
        if databases.are_up_to_date(self.places):
            tell("databases are up to date")
            return
        tell("migrating four databases, loading the sample stock")
        databases.migrate_all({name: self.environment_of(name) for name in SERVICES})
        self.places.migrated.write_text(databases.migrations_digest())

    def _launch(self, tell: Tell) -> None:
        tell(f"starting {len(self.processes)} processes")
        self.places.configuration.write_text(configuration(self.processes, self.places))
        self.places.offset.write_text(str(self.port_offset))
        self.supervisor.launch(self._outer)

    def restart(self, names: Sequence[str]) -> None:
        """Stop these processes and start them again."""
        for name in names:
            self.supervisor.stop(name)
        for name in names:
            self.supervisor.start(name)

    def stop(self) -> list[str]:
        """End every process and the supervisor; returns what ran."""
        if not self.is_up():
            return []
        with only_one(self.places.lock):
            ran = [found.name for found in self.status() if found.pid is not None]
            self.supervisor.shutdown()
            return ran
