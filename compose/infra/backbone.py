"""The parts of the backbone under one supervisor, in one STATE_DIR."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from compose.infra.kafka import KafkaPart
from compose.infra.mongodb import MongoPart
from compose.infra.part import Part, Site
from compose.infra.postgres import PostgresPart
from compose.infra.redis import RedisPart
from compose.local.lock import only_one
from compose.local.places import Places
from compose.local.ports import require_free
from compose.local.problem import Problem
from compose.local.started import Started
from compose.local.supervision import Supervisor
from compose.local.supervisor_file import configuration
from compose.local.topology import ProcessSpec
from compose.local.watched import Tell, Watched, say_nothing

FOLDER = "infra"
PARTS = ("kafka", "mongodb", "postgres", "redis")
START_SECONDS = 60


class Infra(Watched):
    """Starts, watches and stops real components; each keeps its data in STATE_DIR."""

    def __init__(self, state_dir: Path | str, port_offset: int = 0) -> None:
        root = Path(state_dir).absolute() / FOLDER
        self.places = Places(root, ("data", "logs", "run"))
        self.supervisor = Supervisor(self.places)
        started = self.started() if self.is_up() else None
        if started is not None:  # where they run is where they are
            port_offset = started.port_offset
        self.port_offset = port_offset
        site = Site(root, port_offset)
        self.kafka = KafkaPart(site)
        self.mongodb = MongoPart(site)
        self.postgres = PostgresPart(site)
        self.redis = RedisPart(site)
        self.parts: dict[str, Part] = {
            part.name: part
            for part in (self.kafka, self.mongodb, self.postgres, self.redis)
        }
        self.processes: tuple[ProcessSpec, ...] = self._processes(self.running())

    def missing(self, names: Sequence[str]) -> dict[str, str]:
        """What must be installed, part by part; empty when all can be started."""
        found = {name: self._part(name).missing() for name in names}
        return {name: sentence for name, sentence in found.items() if sentence}

    def running(self) -> list[str]:
        """The parts that the supervisor looks after now."""
        groups = {found.group for found in self.supervisor.processes().values()}
        return [name for name in PARTS if name in groups]

    def up(self, names: Sequence[str], tell: Tell = say_nothing) -> None:
        """Afterwards these parts serve; those that run already are left alone."""
        if missing := self.missing(names):
            raise Problem("\n".join(missing.values()))
        self.places.make()
        with only_one(self.places.lock):
            running = self.running()
            fresh = [name for name in PARTS if name in names and name not in running]
            if fresh:
                self._start(fresh, running, tell)
        self.processes = self._processes([*running, *fresh])
        self.wait_healthy(START_SECONDS)
        for name in fresh:
            self._part(name).settle()

    def down(self, names: Sequence[str] = PARTS) -> list[str]:
        """These parts do not run; returns those that did."""
        running = self.running()
        ended = [name for name in running if name in names]
        rest = [name for name in running if name not in names]
        if not ended:
            return []
        with only_one(self.places.lock):
            if rest:
                self._write(rest)
                self.supervisor.update()
            else:
                self.supervisor.shutdown()
        self.processes = self._processes(rest)
        return ended

    def complaint(self, spec: ProcessSpec) -> str:
        """Why this process does not serve yet; empty when it does."""
        return self._part(spec.service).complaint(spec)

    def _start(self, fresh: Sequence[str], running: Sequence[str], tell: Tell) -> None:
        require_free(self._processes(fresh))
        for name in fresh:
            self._part(name).prepare(tell)
        tell(f"starting {', '.join(fresh)}")
        self._write([*running, *fresh])
        if running:
            self.supervisor.update()
        else:
            self.supervisor.launch(os.environ)

    def _write(self, names: Sequence[str]) -> None:
        processes = self._processes(names)
        Started(self.port_offset).write(self.places.started)
        self.places.write_configuration(configuration(processes, self.places))

    def _processes(self, names: Sequence[str]) -> tuple[ProcessSpec, ...]:
        return tuple(spec for name in names for spec in self._part(name).processes)

    def _part(self, name: str) -> Part:
        if name not in self.parts:
            known = ", ".join(PARTS)
            raise Problem(f"There is no part {name!r}. The parts are: {known}.")
        return self.parts[name]
