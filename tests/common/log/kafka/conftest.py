"""A broker of its own for tests that kill it, and short ways to a log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from compose.infra.backbone import Infra
from tests.common.log.broker import KafkaSite, wipe
from tests.common.log.site import closing_all
from tests.real import real_infra


@pytest.fixture(scope="module")
def mortal() -> Iterator[Infra]:
    """A broker that may be killed; its supervisor starts it again."""
    with real_infra("kafka") as infra:
        yield infra


@pytest.fixture
def site(kafka_broker: str) -> Iterator[KafkaSite]:
    """A log on the broker of the session, which is empty."""
    wipe(kafka_broker)
    site = KafkaSite(kafka_broker)
    with closing_all(site.opened):
        yield site
