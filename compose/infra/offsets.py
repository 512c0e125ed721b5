"""Ports for a backbone that is nobody's but a test's."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from compose.infra.backbone import Infra
from compose.local.ports import is_free
from compose.local.problem import Problem

# Above the ports of stacks, below those the system gives out by itself.
FIRST_OFFSET = 1000
LAST_OFFSET = 4000


@contextmanager
def own_offset(*names: str) -> Iterator[int]:
    """An offset at which these parts find their ports free; ours until the block ends.

    No other process is given it meanwhile, not even while our servers are down: else a
    test that stops its broker might find another one in its place.
    """
    folder = Path(tempfile.gettempdir())
    with ExitStack() as held:
        for offset in range(FIRST_OFFSET, LAST_OFFSET, 20):
            lock = folder / f"saga-offset-{os.getuid()}-{offset}.lock"
            if _is_free(offset, names) and _is_locked(lock, held):
                yield offset
                return
    raise Problem("There are no free ports for the servers of the tests.")


def _is_free(offset: int, names: tuple[str, ...]) -> bool:
    infra = Infra(Path(tempfile.gettempdir()) / "no-such-infra", offset)
    ports = [spec.port for name in names for spec in infra.parts[name].processes]
    return all(is_free(port) and is_free(port + 1) for port in ports)


def _is_locked(lock: Path, held: ExitStack) -> bool:
    """True where we hold it from now on."""
    file = held.enter_context(lock.open("w"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
