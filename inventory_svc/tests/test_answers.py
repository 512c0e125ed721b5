"""What is said of a reservation."""

from __future__ import annotations

from typing import Any

from common.contracts.base import Refused
from common.contracts.inventory import InventoryReserved
from inventory_svc.stock import answers
from inventory_svc.stock.domain import ReservationStatus as S
from inventory_svc.tests.factories import CANCEL, PAID, Known, laptops


def test_reply_to_reserve() -> None:
    """The reply is read from what the reservation has become."""
    assert answers.answer_to_reserve(Known()) == InventoryReserved(
        reservation_id="RES-ORD-1-1"
    )
    failed = Known(S.FAILED, failure_code="INSUFFICIENT_STOCK", reason="1 short")
    assert answers.answer_to_reserve(failed) == Refused(
        reason="INSUFFICIENT_STOCK", message="1 short"
    )
    undone = answers.answer_to_reserve(Known(S.RELEASED))
    assert isinstance(undone, Refused)
    assert undone.reason == "ALREADY_COMPENSATED"


def test_news_of_a_reservation() -> None:
    """inventory.reserved, inventory.failed with the reason, or nothing new."""
    news: Any = answers.news_of_reserve(PAID, Known(), "t")
    assert (news.topic, news.reservation_id, news.items) == (
        "inventory.reserved",
        "RES-ORD-1-1",
        (laptops(),),
    )
    failed = Known(S.FAILED, failure_code="INSUFFICIENT_STOCK", reason="1 short")
    news = answers.news_of_reserve(PAID, failed, "t")
    assert (news.topic, news.reason, news.message) == (
        "inventory.failed",
        "INSUFFICIENT_STOCK",
        "1 short",
    )
    assert answers.news_of_reserve(PAID, Known(S.RELEASED), "t") is None


def test_news_of_a_cancel() -> None:
    """inventory.failed with the customer's reason."""
    news = answers.news_of_cancel(CANCEL, "t")
    assert (news.reason, news.message, news.timestamp) == (
        "ORDER_CANCELLED",
        "too slow",
        "t",
    )
