"""Real components for tests: started where they can be, else the reason why not."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from compose.infra.backbone import Infra
from compose.local.ports import is_free

# Above the ports of stacks, below those the system gives out by itself.
FIRST_OFFSET = 1000
LAST_OFFSET = 4000


def free_offset(*names: str) -> int:
    """An offset at which these parts find their ports free."""
    folder = Path(tempfile.gettempdir()) / "no-such-infra"
    for offset in range(FIRST_OFFSET, LAST_OFFSET, 20):
        infra = Infra(folder, offset)
        ports = [spec.port for name in names for spec in infra.parts[name].processes]
        if all(is_free(port) and is_free(port + 1) for port in ports):
            return offset
    raise AssertionError("no free ports")


@contextmanager
def real_infra(*names: str) -> Iterator[Infra]:
    """These parts, fresh and running; the test is skipped where one can't be had."""
    # A folder of its own: pytest's lets no other user in, and PostgreSQL is one.
    folder = Path(tempfile.mkdtemp(prefix="saga-real-"))
    infra = Infra(folder, free_offset(*names))
    try:
        if missing := infra.missing(names):
            pytest.skip(" ".join(missing.values()))
        infra.up(names)
        yield infra
    finally:
        infra.down()
        shutil.rmtree(folder)
