"""What the tests of messaging share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common import clock
from common.messaging import position, relay, repairs
from tests.common.messaging.desk import Desk


@pytest.fixture
def desk(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A tiny service with a log in memory; operators' actions reach it too."""
    made = Desk()
    monkeypatch.setattr(relay, "process_publisher", made.log.publisher)
    monkeypatch.setattr(repairs, "this_service", lambda: made.service)
    monkeypatch.setattr(repairs, "connect", lambda url: made.log)
    with clock.clock_set_to(lambda: made.now):
        by_its_clock = position.Positions(lambda: clock.now().timestamp())
        monkeypatch.setattr(position, "_positions", by_its_clock)
        yield made
