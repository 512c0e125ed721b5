"""Whose turn it is to write to an SQLite file: threads and processes queue here.

SQLite's own busy handler sleeps between its tries (1 to 25 ms); who is blocked in
`flock` is woken as soon as the file is free.
"""

from __future__ import annotations

import fcntl
import os
import threading
from functools import lru_cache
from types import TracebackType


class WriteTurn:
    """A lock of this process around a lock of all processes, on a file beside it."""

    def __init__(self, path: str) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._file = os.open(f"{path}.turn", flags, 0o600)
        # flock holds for the process: between its threads this one must decide.
        self._own = threading.Lock()

    def __enter__(self) -> None:
        """Wait for the turn and take it."""
        self._own.acquire()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._own.release()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the turn to the next."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._own.release()


def turn_on(path: str) -> WriteTurn:
    """The turn on this database file; the same for all threads of a process."""
    # A child of fork would share its parent's lock, and so never be kept out by it.
    return _turn(path, os.getpid())


@lru_cache(maxsize=16)
def _turn(path: str, process: int) -> WriteTurn:
    return WriteTurn(path)
