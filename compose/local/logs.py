"""What the processes have written: the last lines, and those to come."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

BLOCK = 64 * 1024


def last_lines(path: Path, count: int) -> list[str]:
    """The last `count` lines of a file, read from its end; none if it isn't there."""
    if count < 1 or not path.is_file():
        return []
    with path.open("rb") as file:
        position = file.seek(0, 2)
        tail = b""
        while position and tail.count(b"\n") <= count:
            step = min(BLOCK, position)
            position -= step
            file.seek(position)
            tail = file.read(step) + tail
    return tail.decode(errors="replace").splitlines()[-count:]


class Follower:
    """Reads what is added to one file, also after it was rotated away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = path.stat().st_size if path.is_file() else 0
        self._inode = path.stat().st_ino if path.is_file() else 0
        self._rest = b""

    def new_lines(self) -> list[str]:
        """The whole lines added since the last call."""
        if not self._path.is_file():
            return []
        with self._path.open("rb") as file:
            self._begin_anew_if_rotated()
            file.seek(self._position)
            data = self._rest + file.read()
            self._position = file.tell()
        *lines, self._rest = data.split(b"\n")
        return [line.decode(errors="replace") for line in lines]

    def _begin_anew_if_rotated(self) -> None:
        now = self._path.stat()
        if now.st_ino != self._inode or now.st_size < self._position:
            self._inode, self._position, self._rest = now.st_ino, 0, b""


def follow(paths: Sequence[Path], every: float = 0.2) -> Iterator[tuple[Path, str]]:
    """Every line added to any of these files after this call, for ever."""
    return _lines_of([(path, Follower(path)) for path in paths], every)


def _lines_of(
    followers: Sequence[tuple[Path, Follower]], every: float
) -> Iterator[tuple[Path, str]]:
    while True:
        for path, follower in followers:
            for line in follower.new_lines():
                yield path, line
        time.sleep(every)
