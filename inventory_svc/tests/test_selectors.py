"""Reading stock and reservations."""

from __future__ import annotations

import pytest

from inventory_svc.stock import selectors
from inventory_svc.tests.factories import ProductFactory, ReservationFactory

pytestmark = pytest.mark.django_db


def test_products_in_order_of_their_ids() -> None:
    """Whatever the order in which they came."""
    for name in ("B", "C", "A"):
        ProductFactory(product_id=name)
    assert [one.product_id for one in selectors.products()] == ["A", "B", "C"]


def test_newest_of_an_order_is_its_latest_attempt() -> None:
    """By number, not by text."""
    for attempt in (2, 10, 9):
        ReservationFactory(order_id="A", attempt=attempt)
    found = selectors.newest_of_order(order_id="A")
    assert found is not None
    assert found.attempt == 10
    assert selectors.newest_of_order(order_id="B") is None


def test_held_counts_live_reservations() -> None:
    """Over all their lines."""
    line = {"productId": "PROD001", "quantity": 2, "price": "999.99"}
    other = {"productId": "PROD002", "quantity": 1, "price": "29.99"}
    ReservationFactory(items=[line, other, line])
    ReservationFactory(items=[line])
    ReservationFactory(items=[line], status="RELEASED")
    assert selectors.held() == {"PROD001": 6, "PROD002": 1}
