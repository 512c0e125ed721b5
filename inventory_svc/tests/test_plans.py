"""However many reservations there are, no hot query looks at all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from common.storage.bulk import insert_rows
from common.storage.reads import read_rows
from inventory_svc.stock import selectors
from inventory_svc.stock.models import Reservation
from tests.common.storage.plans import know_the_rows, unindexed

pytestmark = pytest.mark.django_db

ROWS = 4000
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def many_reservations() -> None:
    """Thousands, of which a few hold something."""
    insert_rows(Reservation, [reservation(number) for number in range(ROWS)])
    know_the_rows()


def reservation(number: int) -> Reservation:
    """Every hundredth is live."""
    return Reservation(
        reservation_id=f"RES-{number}",
        order_id=f"ORD-{number}",
        status="RELEASED" if number % 100 else "RESERVED",
        created_at=NOW + timedelta(minutes=number),
        updated_at=NOW + timedelta(minutes=number),
    )


SOME = [f"RES-{number}" for number in range(50)]
QUESTIONS: dict[str, Callable[[], object]] = {
    "reservations by id": lambda: read_rows(Reservation, reservation_id=SOME),
    "an order's newest": lambda: selectors.newest_of_order(order_id="ORD-7"),
    "what is held": lambda: list(Reservation.objects.filter(status="RESERVED")),
}


def test_hot_questions_are_answered_by_an_index() -> None:
    """On every backend."""
    assert unindexed(QUESTIONS, ROWS) == {}
