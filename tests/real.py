"""Real components for tests: started where they can be, else the reason why not."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from compose.infra.backbone import Infra
from compose.infra.offsets import own_offset


@contextmanager
def real_infra(*names: str) -> Iterator[Infra]:
    """These parts, fresh and running; the test is skipped where one can't be had."""
    # A folder of its own: pytest's lets no other user in, and PostgreSQL is one.
    folder = Path(tempfile.mkdtemp(prefix="saga-real-"))
    with own_offset(*names) as offset:
        infra = Infra(folder, offset)
        try:
            if missing := infra.missing(names):
                pytest.skip(" ".join(missing.values()))
            infra.up(names)
            yield infra
        finally:
            infra.down()
            shutil.rmtree(folder)
