"""All four parts, once for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from compose.infra.backbone import PARTS, Infra
from tests.real import real_infra


@pytest.fixture(scope="session")
def infra() -> Iterator[Infra]:
    """Every part runs."""
    with real_infra(*PARTS) as infra:
        yield infra
