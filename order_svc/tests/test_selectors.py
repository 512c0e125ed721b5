"""Reading orders: filters, order, what is stuck, and the index behind each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from order_svc.orders import selectors
from order_svc.orders.models import Order
from order_svc.tests.factories import NOW, OrderFactory

pytestmark = pytest.mark.django_db


def ids(orders: QuerySet[Order]) -> list[str]:
    """The ids in the order of the rows."""
    return [order.order_id for order in orders]


def test_newest_first_and_ties_by_id() -> None:
    """Orders of one millisecond have an order too."""
    OrderFactory(order_id="A", created_at=NOW)
    OrderFactory(order_id="B", created_at=NOW)
    OrderFactory(order_id="C", created_at=NOW - timedelta(seconds=1))
    assert ids(selectors.list_orders()) == ["B", "A", "C"]


def test_filters_narrow_together() -> None:
    """Customer, statuses and modes, each if given."""
    OrderFactory(order_id="A", customer_id="X", status="FAILED")
    OrderFactory(order_id="B", customer_id="X", status="PENDING")
    OrderFactory(order_id="C", customer_id="X", mode="ORCHESTRATION")
    OrderFactory(order_id="D", customer_id="Y")
    assert ids(selectors.list_orders(customer_id="X")) == ["C", "B", "A"]
    assert ids(selectors.list_orders(statuses=["FAILED"])) == ["A"]
    assert ids(
        selectors.list_orders(
            customer_id="X", statuses=["PENDING", "FAILED"], modes=["CHOREOGRAPHY"]
        )
    ) == ["B", "A"]


def test_stuck_orders_are_unfinished_and_old() -> None:
    """The oldest first; what has ended is never stuck."""
    old = NOW - timedelta(minutes=10)
    for order_id, status, updated_at in [
        ("A", "PENDING", old),
        ("B", "CANCELLING", old - timedelta(minutes=1)),
        ("C", "PENDING", NOW),
        ("D", "COMPLETED", old),
        ("E", "FAILED", old),
    ]:
        OrderFactory(order_id=order_id, status=status, updated_at=updated_at)
    assert ids(selectors.stuck_orders(NOW, timedelta(minutes=5))) == ["B", "A"]


def test_who_waits_for_a_customer_is_not_stuck_before_the_deadline(
    settings: Any,
) -> None:
    """Nor is an order whose saga waits for one; a paid one is, as any other."""
    settings.TOSS_CONFIRM_WITHIN_S = 600
    for order_id, status, minutes in [
        ("A", "PENDING", 10),
        ("B", "PENDING", 11),
        ("C", "PAYMENT_COMPLETED", 6),
    ]:
        OrderFactory(
            order_id=order_id,
            payment_method="TOSS",
            status=status,
            updated_at=NOW - timedelta(minutes=minutes),
        )
    assert ids(selectors.stuck_orders(NOW, timedelta(minutes=5))) == ["B", "C"]


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "order_newest"),
        ({"customer_id": "X"}, "order_customer"),
        ({"statuses": ["FAILED"]}, "order_status"),
        ({"modes": ["ORCHESTRATION"]}, "order_mode"),
    ],
)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
def test_a_page_of_every_list_comes_from_an_index(
    filters: dict[str, str | list[str]], index: str
) -> None:
    """No list is sorted in memory, however many orders there are."""
    plan = selectors.list_orders(**filters)[:10].explain()  # type: ignore[arg-type]
    assert index in plan
    assert "TEMP B-TREE" not in plan
