"""What is said of a payment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from common.contracts.base import Refused
from common.contracts.payment import PaymentProcessed
from payment_svc.payments import answers
from payment_svc.payments.domain import PaymentStatus as S
from payment_svc.tests.factories import CREATED, LAPTOPS, NO_STOCK, TOTAL, Known


def test_reply_to_a_charge() -> None:
    """The reply is read from what the payment has become."""
    assert answers.answer_to_charge(Known()) == PaymentProcessed(
        payment_id="PAY-ORD-1-1", transaction_id="SIM-1"
    )
    failed = Known(S.FAILED, failure_code="PAYMENT_DECLINED", failure_reason="no money")
    assert answers.answer_to_charge(failed) == Refused(
        reason="PAYMENT_DECLINED", message="no money"
    )
    for status in (S.CANCELLED, S.REFUNDED):
        answer = answers.answer_to_charge(Known(status))
        assert isinstance(answer, Refused)
        assert answer.reason == "ALREADY_COMPENSATED"


def test_news_of_a_charge() -> None:
    """payment.processed carries the items; payment.failed the reason."""
    news: Any = answers.news_of_charge(CREATED, Known(), "t")
    assert (news.topic, news.items, news.amount, news.timestamp) == (
        "payment.processed",
        LAPTOPS,
        TOTAL,
        "t",
    )
    failed = Known(S.FAILED, failure_code="PAYMENT_DECLINED", failure_reason="no money")
    news = answers.news_of_charge(CREATED, failed, "t")
    assert (news.topic, news.reason, news.message, news.refunded_amount) == (
        "payment.failed",
        "PAYMENT_DECLINED",
        "no money",
        0,
    )


@pytest.mark.parametrize("status", [S.CANCELLED, S.REFUNDED])
def test_an_undone_charge_is_no_news(status: S) -> None:
    """What the undoing told is not told again by a late order.created."""
    assert answers.news_of_charge(CREATED, Known(status), "t") is None


@pytest.mark.parametrize(
    ("known", "reason", "given_back"),
    [
        (Known(S.REFUNDED, refunded_amount=TOTAL), "REFUNDED", TOTAL),
        (Known(S.CANCELLED), "INSUFFICIENT_STOCK", Decimal(0)),
        (Known(S.FAILED), "INSUFFICIENT_STOCK", Decimal(0)),
    ],
)
def test_news_of_a_refund(known: Known, reason: str, given_back: Decimal) -> None:
    """payment.failed says how much was given back, and the inventory's reason."""
    news = answers.news_of_refund(NO_STOCK, known, "t")
    assert (news.reason, news.message) == (reason, "INSUFFICIENT_STOCK")
    assert news.refunded_amount == given_back
