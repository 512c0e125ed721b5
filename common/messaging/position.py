"""Keys that sort in the order in which they were made."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import datetime


class Positions:
    """Milliseconds, a counter within them, and a mark of the process (like UUIDv7)."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._pid = 0
        self._mark = ""
        self._last = 0
        self._count = 0

    def next(self) -> str:
        """A key that sorts after all before."""
        with self._lock:
            if os.getpid() != self._pid:
                self._pid, self._mark = os.getpid(), os.urandom(4).hex()
            moment = max(int(self._now() * 1000), self._last)
            self._count = self._count + 1 if moment == self._last else 0
            self._last = moment
            return f"{_stamp(moment)}-{self._count:05x}-{self._mark}"


def _stamp(milliseconds: int) -> str:
    return f"{milliseconds:012x}"


_positions = Positions()


def next_position() -> str:
    """A new key; a process's later calls sort later, other processes' by the clock."""
    return _positions.next()


def position_at(moment: datetime) -> str:
    """What sorts before every key made at `moment` or later, and after all earlier."""
    return _stamp(int(moment.timestamp() * 1000))
