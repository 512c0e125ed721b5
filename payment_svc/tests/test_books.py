"""The working copy of payments: what is written, what moved, what is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from common.storage.transactions import Conflict, atomic
from payment_svc.payments.books import WRITTEN_OF_TOSS, Books
from payment_svc.payments.domain import Happening, IllegalTransition
from payment_svc.payments.models import Payment, Refund
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import ORDER, TOTAL, PaymentFactory, payment
from payment_svc.tests.settlement.books import books_of, refund_of, standing

# What settlement never changes of a payment that is there.
KEPT = {
    "payment_id",
    "order_id",
    "customer_id",
    "attempt",
    "saga_id",
    "amount",
    "currency",
    "payment_method",
    "expires_at",
    "created_at",
    "version",  # by the guard
}


def test_every_field_is_written_or_never_changes() -> None:
    """A field that is new in the model is in one of the two lists."""
    fields = {field.name for field in Payment._meta.get_fields()}
    assert fields == KEPT | set(WRITTEN_OF_TOSS)
    assert not KEPT & set(WRITTEN_OF_TOSS)


def test_an_impossible_happening_changes_nothing() -> None:
    """Nobody is asked again because of it."""
    payment = standing("REFUNDED")
    books = books_of(payment)
    with pytest.raises(IllegalTransition):
        books.happened(payment, Happening.CHARGED)
    assert (payment.status, books.moved) == ("REFUNDED", {})


@pytest.mark.parametrize("provider", ["toss", "simulator", ""])
def test_only_a_payment_at_toss_is_watched_once_given_up(provider: str) -> None:
    """Elsewhere nothing can come after."""
    payment = standing("PENDING", provider=provider, next_look_at=None, looks=7)
    books_of(payment).abandon(payment, "changed my mind")
    assert (payment.status, payment.failure_reason) == ("CANCELLED", "changed my mind")
    watched = NOW + timedelta(minutes=1)
    assert payment.next_look_at == (watched if provider == "toss" else None)


@pytest.mark.django_db
def test_rows_are_written_once_with_all_that_toss_said() -> None:
    """Money, keys, counts, flags."""
    PaymentFactory(order_id=ORDER, provider="toss", status="PROCESSING")
    row = payment()
    books = Books([row], NOW)
    changes: dict[str, Any] = {
        "toss_payment_key": "key",
        "transaction_id": "TX",
        "receipt_url": "https://r",
        "toss_data": "{}",
        "calls": 3,
        "looks": 2,
        "call_key": 2,
        "attention": "look",
        "attention_since": NOW,
        "next_look_at": NOW,
        "processed_at": NOW,
    }
    for name, value in changes.items():
        setattr(row, name, value)
    books.happened(row, Happening.CHARGED)
    refund = refund_of(row, Decimal(5))
    books.put_refund(refund)
    books.save()
    found = payment()
    assert {name: getattr(found, name) for name in changes} == changes
    assert (found.status, found.version) == ("SUCCESS", 2)
    kept = Refund.objects.get()
    assert (kept.amount, kept.status, kept.calls) == (Decimal(5), "PENDING", 1)


@pytest.mark.django_db
def test_a_refund_is_written_again_with_what_became_of_it() -> None:
    """Its amount and its word too: one that was refused may be asked for anew."""
    PaymentFactory(order_id=ORDER, provider="toss")
    refund_of(payment()).save(force_insert=True)
    known = Refund.objects.get()
    books = Books([payment()], NOW, [known])
    known.status, known.transaction_id, known.calls = "DONE", "TX", 4
    known.amount, known.reason, known.requested_by = TOTAL - 1, "late", "root"
    known.call_key, known.failure = 3, ""
    books.put_refund(known)
    books.save()
    found = Refund.objects.get()
    assert (found.status, found.transaction_id, found.calls, found.call_key) == (
        "DONE",
        "TX",
        4,
        3,
    )
    assert (found.amount, found.reason, found.requested_by) == (
        TOTAL - 1,
        "late",
        "root",
    )


@pytest.mark.django_db
def test_of_two_who_read_the_same_one_writes() -> None:
    """The other's unit runs again on what is there then."""
    PaymentFactory(order_id=ORDER, provider="toss", status="PROCESSING")
    first, second = payment(), payment()
    for row in (first, second):
        books = Books([row], NOW)
        books.happened(row, Happening.CHARGED)
        if row is first:
            books.save()
    with pytest.raises(Conflict), atomic():
        books.save()
    assert payment().version == 2


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (None, False),
        (NOW, True),
        (NOW - timedelta(hours=1), True),
        (NOW + timedelta(milliseconds=1), False),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_what_is_due(moment: datetime | None, due: bool, is_new: bool) -> None:
    """Opened or changed; what was only read is somebody else's."""
    payment = standing("PROCESSING", next_look_at=moment)
    books = Books([], NOW)
    if is_new:
        payment.status = ""
        books.happened(payment, Happening.CHARGE_ASKED)
    else:
        payment._state.adding = False
        assert not books_of(payment).has_due
        books.touch(payment)
    assert books.has_due is due
