"""One stack: four services on one machine, in one STATE_DIR, at one PORT_OFFSET."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.conf.service import HOST, SERVICES
from compose.local import databases, health
from compose.local.lock import only_one
from compose.local.logs import last_lines
from compose.local.places import Places
from compose.local.ports import require_free
from compose.local.problem import Problem
from compose.local.supervision import Supervised, Supervisor
from compose.local.supervisor_file import configuration
from compose.local.topology import (
    ProcessSpec,
    service_environment,
    service_named,
    system,
)

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ProcessState:
    """One line of `status`."""

    name: str
    kind: str
    pid: int | None
    state: str
    port: int


def say_nothing(_text: str) -> None:
    """For who wants no progress."""


class Stack:
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

    def is_up(self) -> bool:
        """True when this stack's supervisor runs, whatever its processes do."""
        return self.supervisor.is_up()

    def status(self) -> list[ProcessState]:
        """The state of every process; STOPPED where no supervisor knows better."""
        known = self.supervisor.processes()
        return [self._state(spec, known.get(spec.name)) for spec in self.processes]

    def _state(self, spec: ProcessSpec, known: Supervised | None) -> ProcessState:
        pid, state = (known.pid, known.state) if known else (None, "STOPPED")
        return ProcessState(spec.name, spec.kind, pid, state, spec.port)

    def pid_of(self, name: str) -> int:
        """The process id of a running process."""
        found = self.supervisor.processes().get(name)
        if found is None or found.pid is None:
            raise Problem(f"{name} does not run.", 1)
        return found.pid

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

    def recorded_offset(self) -> int | None:
        """The offset this STATE_DIR's stack was last started with."""
        if not self.places.offset.is_file():
            return None
        return int(self.places.offset.read_text())

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

    def wait_healthy(
        self,
        seconds: float = 90,
        watch: Callable[[Mapping[str, str]], None] | None = None,
    ) -> None:
        """Return when every process does its work, or raise with the log of one.

        `watch` is told again and again of each process: "" healthy, or its complaint.
        """
        waiting = Waiting(self)
        deadline = time.monotonic() + seconds
        while True:
            complaints = waiting.look()
            if watch:
                watch(complaints)
            if not any(complaints.values()):
                return
            waiting.raise_for_a_crash()
            if time.monotonic() > deadline:
                name = next(name for name, text in complaints.items() if text)
                after = f"is not healthy after {seconds:.0f} s"
                raise self.failure(name, f"{after}: {complaints[name]}")
            time.sleep(0.1)

    def failure(self, name: str, what: str) -> Problem:
        """The sentence about a process that failed, with the end of its log."""
        path = self.places.log_of(name)
        tail = "\n".join(f"  {line}" for line in last_lines(path, 20))
        return Problem(f"{name} {what}.\nThe end of {path}:\n{tail or '  (empty)'}", 1)


class Waiting:
    """Looks at the processes of a stack until all are healthy, or one keeps dying."""

    # One death may be an accident; the second is a habit.
    starts_allowed = 2

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._healthy: set[str] = set()
        self._starts: dict[str, set[int]] = {}

    def look(self) -> dict[str, str]:
        """Every process and its complaint; asks only those not yet healthy."""
        known = self._stack.supervisor.processes()
        for found in known.values():
            self._starts.setdefault(found.name, set()).add(found.started)
        return {
            spec.name: self._complaint(spec, known.get(spec.name))
            for spec in self._stack.processes
        }

    def _complaint(self, spec: ProcessSpec, found: Supervised | None) -> str:
        if found is None or found.state != "RUNNING":
            return found.state if found else "STOPPED"
        if spec.name not in self._healthy:
            if text := health.complaint(spec):
                return text
            self._healthy.add(spec.name)
        return ""

    def raise_for_a_crash(self) -> None:
        """Raise when a process has died again and again since we look."""
        for name, starts in self._starts.items():
            if len(starts) > self.starts_allowed:
                raise self._stack.failure(name, "keeps ending right after its start")
