"""However many sagas there are, no hot query looks at all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from common.storage.bulk import insert_rows
from common.storage.reads import read_rows
from orchestrator_svc.dashboard.board import selectors as board
from orchestrator_svc.engine import selectors
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.engine.selectors import SagaList, SagaQuery
from tests.common.storage.plans import know_the_rows, unindexed

pytestmark = pytest.mark.django_db

ROWS = 4000
NOW = datetime(2026, 5, 1, tzinfo=UTC)
STATUSES = ("COMPLETED", "FAILED", "COMPENSATING")


@pytest.fixture(autouse=True)
def many_sagas() -> None:
    """Thousands, of which a few wait for something."""
    insert_rows(SagaInstance, [saga(number) for number in range(ROWS)])
    know_the_rows()


def saga(number: int) -> SagaInstance:
    """All but every hundredth are completed."""
    waits = number % 100 == 0
    moment = NOW + timedelta(minutes=number)
    return SagaInstance(
        saga_id=f"SAGA-{number}",
        order_id=f"ORD-{number}",
        definition="order",
        definition_version=1,
        status=STATUSES[1 + number // 100 % 2] if waits else STATUSES[0],
        phase="RUNNING" if waits else "COMPLETED",
        current_step="COMPLETED",
        customer_id=f"CUST{number % 500}",
        total_amount=Decimal(number),
        state="{}" * 200,
        wake_at=moment if waits else None,
        attention_since=moment if waits else None,
        created_at=moment,
        updated_at=moment,
    )


SOME = [f"SAGA-{number}" for number in range(50)]
LAST = NOW + timedelta(minutes=ROWS)
LATER = NOW + timedelta(days=30)
QUESTIONS: dict[str, Callable[[], object]] = {
    "sagas by id": lambda: read_rows(SagaInstance, saga_id=SOME),
    "sagas of orders": lambda: read_rows(SagaInstance, order_id=["ORD-1", "ORD-2"]),
    "an order's own": lambda: selectors.find_by_order("ORD-7"),
    "those whose time has come": lambda: list(
        SagaInstance.objects.filter(wake_at__lte=LATER).order_by("wake_at")[:500]
    ),
    "those that need a person": lambda: list(selectors.needing_attention()),
    "what begins so": lambda: selectors.search("CUST77"),
    "figures of a kind": lambda: board.read_figures("order", LAST),
    "figures of all": lambda: board.read_figures("", LAST),
    "how many need a person": board.count_attention,
}


def test_hot_questions_are_answered_by_an_index() -> None:
    """On every backend."""
    assert unindexed(QUESTIONS, ROWS) == {}


def test_a_page_reads_no_more_rows_than_it_shows() -> None:
    """By each order, with statuses and without; counting reads the index alone."""
    pages: dict[str, Callable[[], object]] = {
        f"by {sort_by}, {statuses}": partial(page, sort_by, statuses)
        for sort_by in selectors.ORDERS
        for statuses in ((), ("FAILED",), ("COMPLETED", "FAILED"))
    }
    assert unindexed(pages, ROWS) == {}


def page(sort_by: str, statuses: tuple[str, ...]) -> None:
    """The first page of such a list, with its total."""
    sagas = SagaList(SagaQuery(sort_by=sort_by, statuses=statuses))
    assert sagas.count()
    assert sagas[0:10]
