"""What a fault does in the inventory."""

from __future__ import annotations

from decimal import Decimal

import pytest

from common import faults
from common.contracts.base import Refused
from inventory_svc.tests.factories import (
    ORDER,
    ProductFactory,
    handle,
    laptops,
    release,
    reservation,
    reserve,
    stock,
    told,
)

pytestmark = pytest.mark.django_db


def no_stock(point: str) -> bool:
    """The fault is on."""
    return point == "inventory.no-stock"


def test_no_stock_refuses_what_is_there() -> None:
    """As a shortage, for good: the shelves are untouched, a repeat hears the same."""
    ProductFactory()
    asked = reserve(ORDER, laptops(2))
    with faults.reached_by(no_stock):
        (refusal,) = handle(asked)
    answer = Refused(
        reason="INSUFFICIENT_STOCK",
        message="a fault was turned on at inventory.no-stock",
    )
    assert told(refusal) == answer
    assert stock("PROD001") == (50, 0)
    assert reservation().status == "FAILED"
    (repeated,) = handle(reserve(ORDER, laptops(2)))
    assert told(repeated) == answer


def test_the_fault_is_asked_for_the_reservation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that a unit that runs again refuses the same one."""
    asked: list[tuple[str, str]] = []

    def happens(point: str, *, to: str = "") -> bool:
        asked.append((point, to))
        return True

    monkeypatch.setattr(faults, "happens", happens)
    ProductFactory()
    handle(reserve(ORDER, laptops(2)))
    assert asked == [("inventory.no-stock", reservation().reservation_id)]


def test_what_would_be_refused_is_refused_for_its_own_reason() -> None:
    """The fault has nothing to add."""
    ProductFactory(price=Decimal("1.00"))
    with faults.reached_by(no_stock):
        (refusal,) = handle(reserve(ORDER, laptops(2)))
    answer = told(refusal)
    assert isinstance(answer, Refused)
    assert answer.reason == "PRICE_MISMATCH"


def test_a_release_has_stock_to_give_back_all_the_same() -> None:
    """What was set aside before the fault is put back under it."""
    ProductFactory()
    handle(reserve(ORDER, laptops(2)))
    with faults.reached_by(no_stock):
        handle(release(ORDER))
    assert stock("PROD001") == (50, 0)
