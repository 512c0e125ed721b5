"""However many orders there are, no hot query looks at all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from common.storage.bulk import insert_rows
from order_svc.orders import selectors
from order_svc.orders.models import Order
from tests.common.storage.plans import know_the_rows, unindexed

pytestmark = pytest.mark.django_db

ROWS = 4000
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def many_orders() -> None:
    """Thousands of orders, of which a few wait for something."""
    insert_rows(Order, [order(number) for number in range(ROWS)])
    know_the_rows()


def order(number: int) -> Order:
    """All but every hundredth are completed."""
    waits = number % 100 == 0
    moment = NOW + timedelta(minutes=number)
    return Order(
        order_id=f"ORD-{number}",
        customer_id=f"CUST{number % 500}",
        mode="CHOREOGRAPHY" if waits else "ORCHESTRATION",
        status="PENDING" if waits else "COMPLETED",
        total_amount=Decimal(1),
        payment_method="AUTO",
        resend_at=moment if waits else None,
        created_at=moment,
        updated_at=moment,
    )


LATER = NOW + timedelta(days=30)
QUESTIONS: dict[str, Callable[[], object]] = {
    "orders by id": lambda: selectors.orders_by_id([f"ORD-{n}" for n in range(50)]),
    "one order": lambda: selectors.find_order("ORD-7"),
    "those to ask about": lambda: selectors.due_for_resend(LATER, 100),
    "the newest": lambda: list(selectors.list_orders()[:10]),
    "of a customer": lambda: list(selectors.list_orders(customer_id="CUST7")[:10]),
    "of a status": lambda: list(selectors.list_orders(statuses=["PENDING"])[:10]),
    "of a pattern": lambda: list(selectors.list_orders(modes=["CHOREOGRAPHY"])[:10]),
    "how many of a status": lambda: selectors.list_orders(statuses=["FAILED"]).count(),
    "those that are stuck": lambda: list(
        selectors.stuck_orders(LATER, timedelta(minutes=1))
    ),
}


def test_hot_questions_are_answered_by_an_index() -> None:
    """On every backend."""
    assert unindexed(QUESTIONS, ROWS) == {}
