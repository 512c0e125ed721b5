"""One command at a time changes a stack."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compose.local.problem import Problem


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock in the file `path`, or raise when another process holds it."""
    # Appending, so that a loser of the race doesn't wipe out the winner's id.
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise Problem(
                f"Another command is at work on {path.parent.parent} (pid {holder}). "
                "Wait for it, or give this stack another STATE_DIR."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
