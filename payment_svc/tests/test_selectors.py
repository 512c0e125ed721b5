"""Reading payments."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from payment_svc.payments import selectors
from payment_svc.payments.models import Payment
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import PaymentFactory

pytestmark = pytest.mark.django_db


def test_newest_first_and_ties_by_id() -> None:
    """The order of a list does not depend on chance."""
    PaymentFactory(order_id="B")
    PaymentFactory(order_id="A")
    PaymentFactory(order_id="OLD", created_at=NOW - timedelta(seconds=1))
    found = [payment.order_id for payment in selectors.payments()]
    assert found == ["B", "A", "OLD"]


def test_newest_of_an_order_is_its_latest_attempt() -> None:
    """By number, not by text."""
    for attempt in (2, 10, 9):
        PaymentFactory(order_id="A", attempt=attempt)
    found = selectors.newest_of_order(order_id="A")
    assert found is not None
    assert found.attempt == 10
    assert selectors.newest_of_order(order_id="B") is None


@pytest.mark.parametrize(
    "filters", [{}, {"status": "SUCCESS"}, {"customer_id": "C"}, {"order_id": "A"}]
)
def test_no_list_scans_the_table(filters: dict[str, str]) -> None:
    """Every list of the API is read through an index."""
    if connection.vendor != "sqlite":
        pytest.skip("reads SQLite's plan")
    plan = Payment.objects.filter(**filters)[:10].explain()
    assert "USING INDEX" in plan
