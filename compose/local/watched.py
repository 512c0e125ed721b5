"""Processes under a supervisor: their states, and when all of them are well."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from compose.local.logs import last_lines
from compose.local.places import Places
from compose.local.problem import Problem
from compose.local.started import Started
from compose.local.supervision import Supervised, Supervisor
from compose.local.topology import ProcessSpec

Tell = Callable[[str], None]


def say_nothing(_text: str) -> None:
    """For who wants no progress."""


@dataclass(frozen=True, slots=True)
class ProcessState:
    """One line of `status`."""

    name: str
    kind: str
    pid: int | None
    state: str
    port: int


class Watched:
    """The processes of one supervisor; who inherits says what a healthy one is."""

    places: Places
    supervisor: Supervisor
    processes: Sequence[ProcessSpec]

    def complaint(self, spec: ProcessSpec) -> str:
        """Why this process is not healthy yet; empty when it is."""
        raise NotImplementedError

    def is_up(self) -> bool:
        """True when the supervisor runs, whatever its processes do."""
        return self.supervisor.is_up()

    def started(self) -> Started | None:
        """How these processes were last started."""
        return Started.read(self.places.started)

    def status(self) -> list[ProcessState]:
        """The state of every process; STOPPED where no supervisor knows better."""
        known = self.supervisor.processes()
        return [_state(spec, known.get(spec.name)) for spec in self.processes]

    def pid_of(self, name: str) -> int:
        """The process id of a running process."""
        found = self.supervisor.processes().get(name)
        if found is None or found.pid is None:
            raise Problem(f"{name} does not run.", 1)
        return found.pid

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


def _state(spec: ProcessSpec, known: Supervised | None) -> ProcessState:
    pid, state = (known.pid, known.state) if known else (None, "STOPPED")
    return ProcessState(spec.name, spec.kind, pid, state, spec.port)


class Waiting:
    """Looks at processes until all are healthy, or one keeps dying."""

    # One death may be an accident; the second is a habit.
    starts_allowed = 2

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._healthy: set[str] = set()
        self._starts: dict[str, set[int]] = {}

    def look(self) -> dict[str, str]:
        """Every process and its complaint; asks only those not yet healthy."""
        known = self._watched.supervisor.processes()
        for found in known.values():
            self._starts.setdefault(found.name, set()).add(found.started)
        return {
            spec.name: self._complaint(spec, known.get(spec.name))
            for spec in self._watched.processes
        }

    def _complaint(self, spec: ProcessSpec, found: Supervised | None) -> str:
        if found is None or found.state != "RUNNING":
            return found.state if found else "STOPPED"
        if spec.name not in self._healthy:
            if text := self._watched.complaint(spec):
                return text
            self._healthy.add(spec.name)
        return ""

    def raise_for_a_crash(self) -> None:
        """Raise when a process has died again and again since we look."""
        for name, starts in self._starts.items():
            if len(starts) > self.starts_allowed:
                raise self._watched.failure(name, "keeps ending right after its start")
