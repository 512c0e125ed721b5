"""Starting and hearing the processes of `actor.py`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

ROOT = Path(__file__).parents[3]


class Actor:
    """A process that prints one JSON list a line."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.common.log.actor", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __iter__(self) -> Iterator[list[str]]:
        """What it prints, until it ends; a line cut short by a kill is left out."""
        for line in self._pipe(self._process.stdout):
            if line.endswith("\n"):
                yield json.loads(line)

    def next(self) -> list[str]:
        """What it prints next."""
        return next(iter(self))

    def tell(self) -> None:
        """Give it the sign it waits for."""
        pipe = self._pipe(self._process.stdin)
        pipe.write("\n")
        pipe.flush()

    def stop(self) -> list[list[str]]:
        """Close its input, hear the rest; it must end well."""
        self._pipe(self._process.stdin).close()
        rest = list(self)
        assert self._process.wait(10) == 0
        return rest

    def kill(self) -> list[list[str]]:
        """Kill it as `kill -9` does, and hear what it had printed."""
        self._process.kill()
        return list(self)

    def end(self) -> None:
        """It is gone, whatever it did."""
        self._process.kill()
        self._process.wait(10)
        for pipe in (self._process.stdin, self._process.stdout):
            self._pipe(pipe).close()

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


class Actors:
    """The processes of one test."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._all: list[Actor] = []

    def start(self, role: str, *arguments: str) -> Actor:
        """A process in that role, ready: it has said so."""
        self._all.append(Actor(role, self._address, *arguments))
        assert self._all[-1].next() == ["ready"]
        return self._all[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for actor in self._all:
            actor.end()
