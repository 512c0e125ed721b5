"""Ports for a backbone that is nobody's but a test's."""

from __future__ import annotations

import tempfile
from pathlib import Path

from compose.infra.backbone import Infra
from compose.local.ports import is_free
from compose.local.problem import Problem

# Above the ports of stacks, below those the system gives out by itself.
FIRST_OFFSET = 1000
LAST_OFFSET = 4000


def free_offset(*names: str, begin: int = FIRST_OFFSET) -> int:
    """The first offset, from `begin` on, at which these parts find their ports free."""
    folder = Path(tempfile.gettempdir()) / "no-such-infra"
    for offset in range(begin, LAST_OFFSET, 20):
        infra = Infra(folder, offset)
        ports = [spec.port for name in names for spec in infra.parts[name].processes]
        if all(is_free(port) and is_free(port + 1) for port in ports):
            return offset
    raise Problem("There are no free ports for the servers of the tests.")
