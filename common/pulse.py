"""A sign of life in a file, for a process that has no port to be asked at.

The process writes it with every turn of its work; whoever watches judges by its age.
It needs no library, for a check that runs every few seconds should cost nothing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

from common.conf.profile import state_dir

WORKING = "working"
# Much shorter than what a watcher waits for, and rare enough to cost nothing.
WRITE_EVERY_S = 1.0
Clock = Callable[[], float]


def pulse_file(name: str) -> Path:
    """Where the process of that name writes its pulse."""
    return state_dir() / "run" / f"{name}.pulse"


class Pulse:
    """The writing side; the file says what the process is at, and when it said so."""

    def __init__(self, path: Path, clock: Clock = time.time) -> None:
        """`clock` tells the seconds since 1970."""
        self._path = path
        self._clock = clock
        self._said = ""
        self._said_at = 0.0

    def beat(self, what: str = WORKING) -> None:
        """Say that the process lives and is at `what`.

        Raises OSError where it cannot be written.
        """
        now = self._clock()
        if what == self._said and 0 <= now - self._said_at < WRITE_EVERY_S:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        # Cut, not rounded: who looks at once must not find it said in the future.
        said_at = math.floor(now * 1000) / 1000
        draft.write_text(f"{said_at:.3f} {what}", encoding="utf-8")
        draft.replace(self._path)
        self._said, self._said_at = what, now


def complaint(
    path: Path, limit: float, *, must_work: bool = False, clock: Clock = time.time
) -> str:
    """Why the process is not well; empty when it is.

    It must have said something within `limit` seconds; if it `must_work`, then not
    that it waits for something.
    """
    try:
        said_at, what = path.read_text(encoding="utf-8").split(" ", maxsplit=1)
        age = clock() - float(said_at)
    except FileNotFoundError:
        return f"there is no pulse in {path}; the process has not begun its work"
    except ValueError:
        return f"{path} holds no pulse"
    if not 0 <= age <= limit:
        return f"the last pulse is {age:.0f} s old, and {limit:.0f} s are allowed"
    return what if must_work and what != WORKING else ""
