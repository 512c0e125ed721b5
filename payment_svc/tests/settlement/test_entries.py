"""Single entries, as Toss's word makes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from payment_svc.payments.gateway.remote import NotPayable
from payment_svc.payments.models import Payment
from payment_svc.payments.settlement import entries
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import TOTAL
from payment_svc.tests.settlement.books import DEADLINE, at_toss, books_of, standing


@pytest.mark.parametrize(
    ("paid", "is_ours"),
    [
        ({}, True),
        ({"total": Decimal("1999.980")}, True),
        ({"total": Decimal("1999.97")}, False),
        ({"currency": "KRW"}, False),
    ],
)
def test_what_was_agreed_is_compared_to_the_cent(
    paid: dict[str, Any], is_ours: bool
) -> None:
    """And in its currency."""
    assert entries.matches(standing("PROCESSING"), at_toss("DONE", **paid)) is is_ours


def test_toss_says_when_it_took_the_money() -> None:
    """Our clock only where it does not."""
    moment = datetime(2026, 3, 1, 11, 59, tzinfo=UTC)
    for said, booked in ((moment, moment), (None, NOW)):
        payment = standing("PROCESSING", failure_code="OLD", failure_reason="old")
        entries.charged(books_of(payment), payment, at_toss("DONE", approved_at=said))
        assert payment.processed_at == booked
        assert (payment.failure_code, payment.failure_reason) == ("", "")


def test_what_toss_says_fits_its_columns() -> None:
    """However long it is; amounts in its record are numbers."""
    payment = standing("PROCESSING")
    paid = at_toss(
        "DONE",
        transaction_id="T" * 300,
        receipt_url="https://r/" + "r" * 600,
        data={"totalAmount": TOTAL, "approvedAt": NOW, "vat": Decimal(3)},
    )
    entries.note(payment, paid)
    for name in ("transaction_id", "receipt_url", "toss_payment_key"):
        column: Any = Payment._meta.get_field(name)
        assert 0 < len(getattr(payment, name)) <= column.max_length
    assert json.loads(payment.toss_data) == {
        "totalAmount": 1999.98,
        "approvedAt": str(NOW),
        "vat": 3,
    }


def test_a_payment_without_a_transaction_is_known_by_its_key() -> None:
    """Something must name it in the saga's books."""
    payment = standing("PROCESSING")
    entries.note(payment, at_toss("DONE", transaction_id=""))
    assert payment.transaction_id == "key"


@pytest.mark.parametrize("status", ["PROCESSING", "PENDING"])
def test_a_long_refusal_fits_its_columns(status: str) -> None:
    """Code and message are Toss's, and not ours to trust."""
    payment = standing(status, looks=9)
    entries.declined(books_of(payment), payment, "C" * 300, "m" * 3000)
    assert (len(payment.failure_code), len(payment.failure_reason)) == (100, 2000)
    assert payment.looks == 1  # of the watch


def test_another_try_begins_anew() -> None:
    """No key, no calls, no looks; another idempotency key; the same deadline."""
    payment = standing("PROCESSING", looks=3, calls=2)
    error = NotPayable("C" * 300, "m" * 3000)
    entries.not_payable(books_of(payment), payment, error)
    assert (payment.toss_payment_key, payment.calls, payment.looks) == ("", 0, 0)
    assert (payment.call_key, payment.next_look_at) == (2, DEADLINE)
    assert (len(payment.failure_code), len(payment.failure_reason)) == (100, 2000)


def test_a_flag_says_since_when() -> None:
    """The reason may change; the time is the first."""
    payment = standing("SUCCESS")
    books = books_of(payment)
    earlier = datetime(2026, 2, 1, tzinfo=UTC)
    entries.flag(books, payment, "x" * 600)
    assert (len(payment.attention), payment.attention_since) == (500, NOW)
    payment.attention_since = earlier
    entries.flag(books, payment, "still")
    assert (payment.attention, payment.attention_since) == ("still", earlier)
