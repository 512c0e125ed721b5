"""However many recoveries there were, no sweep looks at all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from common import clock
from common.recovery import metrics, services
from common.recovery.models import Recovery, RecoveryStatus
from common.storage.bulk import insert_rows
from tests.common.recovery.rows import NOW, row
from tests.common.storage.plans import know_the_rows, unindexed

pytestmark = pytest.mark.django_db

ROWS = 4000
QUESTIONS: dict[str, Callable[[], object]] = {
    "is any due": services.any_due,
    "what is due": lambda: services._due(10),
    "what waits": lambda: list(metrics.recovery_gauges()),
    "what is to be forgotten": lambda: services.purge(NOW - timedelta(days=1)),
    "the newest": lambda: list(Recovery.objects.all()[:10]),
    "of an order": lambda: list(Recovery.objects.filter(order_id="ORD-7")),
}


@pytest.fixture(autouse=True)
def many_recoveries() -> None:
    """Thousands, of which a few still wait."""
    rows = [row(number) for number in range(ROWS)]
    for ended in rows[50:]:
        ended.status, ended.next_try_at = RecoveryStatus.ENSURED, None
    insert_rows(Recovery, rows)
    know_the_rows()


def test_a_sweeps_questions_are_answered_by_an_index() -> None:
    """On every backend."""
    with clock.clock_set_to(lambda: NOW):
        assert unindexed(QUESTIONS, ROWS) == {}
