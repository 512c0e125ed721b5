"""Giving money back by an intent that Toss is asked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from payment_svc.payments import refunds
from payment_svc.payments.refunds import Giving
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import NOTHING, TOTAL
from payment_svc.tests.settlement.books import (
    LEASE,
    PERSON,
    books_of,
    refund_of,
    standing,
)

PART = Decimal("10.00")


def test_an_intent_is_due_at_once() -> None:
    """The payment stays what it is until Toss has done it."""
    payment = standing("SUCCESS", looks=5, next_look_at=None)
    books = books_of(payment)
    refunds.give_back(books, [Giving(payment, PART, "late", PERSON)])
    refund = books.refund_of(payment)
    assert refund is not None
    assert (refund.refund_id, refund.status, refund.amount, refund.calls) == (
        "PAY-ORD-1-1/after-0.00",
        "PENDING",
        PART,
        0,
    )
    assert (refund.reason, refund.requested_by) == ("late", PERSON)
    assert (payment.status, payment.refunded_amount) == ("SUCCESS", NOTHING)
    assert (payment.next_look_at, payment.looks) == (NOW, 0)


def test_a_refund_under_way_goes_first() -> None:
    """No second one is opened beside it, and settlement turns to it now."""
    payment = standing("SUCCESS")
    first = refund_of(payment, PART)
    books = books_of(payment, first)
    assert payment.next_look_at == LEASE
    refunds.give_back(books, [Giving(payment, TOTAL, "no stock", "payment")])
    assert books.refund_of(payment) is first
    assert (first.amount, payment.next_look_at) == (PART, NOW)


def test_one_that_was_refused_is_asked_for_anew() -> None:
    """Under another key, for what is wanted now, on whose word it is now."""
    payment = standing("SUCCESS")
    first = refund_of(payment, PART, status="REFUSED", requested_by=PERSON)
    books = books_of(payment, first)
    refunds.give_back(books, [Giving(payment, TOTAL, "no stock", "payment")])
    assert books.refund_of(payment) is first
    assert (first.status, first.amount, first.requested_by, first.call_key) == (
        "PENDING",
        TOTAL,
        "payment",
        2,
    )


def test_after_a_part_was_given_back_the_next_is_another_refund() -> None:
    """One refused before that is left as it is."""
    payment = standing("SUCCESS")
    refused = refund_of(payment, TOTAL, status="REFUSED")
    payment.refunded_amount = PART
    books = books_of(payment, refused)
    refunds.give_back(books, [Giving(payment, TOTAL - PART, "", PERSON)])
    refund = books.refund_of(payment)
    assert refund is not None
    assert refund.refund_id == "PAY-ORD-1-1/after-10.00"
    assert (refused.status, refused.call_key) == ("REFUSED", 1)


@pytest.mark.parametrize(
    ("before", "amount", "after"),
    [
        ("SUCCESS", PART, "SUCCESS"),
        ("SUCCESS", TOTAL, "REFUNDED"),
        ("FAILED", TOTAL, "REFUNDED"),
        ("CANCELLED", TOTAL, "REFUNDED"),
        # Of an order that failed, because Toss took another amount.
        ("FAILED", PART, "REFUNDED"),
        ("FAILED", TOTAL + 1, "REFUNDED"),
    ],
)
def test_what_a_made_refund_does_to_the_payment(
    before: str, amount: Decimal, after: str
) -> None:
    """Part or all of a paid one; all of what was taken for one that had ended."""
    payment = standing(before)
    refund = refund_of(payment, amount)
    refunds.book(books_of(payment, refund), payment, refund, "TX-2")
    assert (payment.status, payment.refunded_amount, payment.refunded_at) == (
        after,
        amount,
        NOW,
    )
    assert (refund.status, refund.transaction_id) == ("DONE", "TX-2")
