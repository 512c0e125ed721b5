"""What Toss says, and what is booked of it: every state, every answer, by table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from payment_svc.payments.models import Payment
from payment_svc.payments.settlement import booking
from payment_svc.payments.settlement.calls import Outcome
from payment_svc.payments.settlement.plan import Act
from payment_svc.tests.acts import offer
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import ORDER, TOTAL, handle, refund
from payment_svc.tests.settlement.books import (
    DEADLINE,
    LEASE,
    PERSON,
    at_toss,
    billed,
    books_of,
    refund_of,
    standing,
)
from payment_svc.tests.toss import (
    ALREADY,
    DECLINED,
    NO_ANSWER,
    NOT_DONE,
    NOT_PAYABLE,
    ODD_ANSWER,
    REFUSED,
)

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(seconds=1)
PUT_OFF = NOW + timedelta(seconds=30)
WATCHED = NOW + timedelta(minutes=1)
MUCH_LATER = NOW + timedelta(minutes=5)
PART = Decimal("999.98")
DONE, NOTHING = at_toss("DONE"), None
CANCELED = at_toss("CANCELED")
IN_PROGRESS, READY = at_toss("IN_PROGRESS"), at_toss("READY")
DEPOSIT = at_toss("WAITING_FOR_DEPOSIT")
OVER = at_toss("ABORTED", failure_code="REJECTED", failure_message="The bank said no.")
EXPIRED = at_toss("EXPIRED")
OTHERS = at_toss("DONE", order_id="ORD-OTHER")
PARTLY = at_toss("PARTIAL_CANCELED", balance=TOTAL - PART)


@dataclass(frozen=True)
class Row:
    """A line of the table: a state, an answer, and what follows."""

    before: str
    outcome: Outcome
    after: str
    look: datetime | None
    follows: Act | None = None

    def __str__(self) -> str:
        said = getattr(self.outcome, "status", None) or getattr(
            self.outcome, "code", "nothing"
        )
        return f"{self.before}-{said}"


def apply(payment: Payment, act: Act, outcome: Outcome, *refunds: Any) -> Act | None:
    """What follows once the outcome is booked."""
    return booking.apply(books_of(payment, *refunds), payment, act, outcome)


def check(row: Row, payment: Payment, act: Act) -> None:
    """The row holds."""
    follows = apply(payment, act, row.outcome)
    found = (payment.status, follows, payment.next_look_at)
    assert found == (row.after, row.follows, row.look)


@pytest.mark.parametrize(
    "row",
    [
        Row("PROCESSING", DONE, "SUCCESS", None),
        Row("PROCESSING", DECLINED, "FAILED", WATCHED),
        Row("PROCESSING", NOT_PAYABLE, "PENDING", DEADLINE),
        Row("PROCESSING", ALREADY, "PROCESSING", LEASE, Act.FIND_BY_ORDER),
        Row("PROCESSING", NO_ANSWER, "PROCESSING", SOON),
        Row("PROCESSING", ODD_ANSWER, "PROCESSING", SOON),
        Row("PROCESSING", NOT_DONE, "PROCESSING", SOON),
        Row("PROCESSING", OVER, "FAILED", WATCHED),
        Row("PROCESSING", DEPOSIT, "PROCESSING", SOON),
        Row("PROCESSING", OTHERS, "PENDING", DEADLINE),
        # Somebody who read it back was faster.
        Row("SUCCESS", DONE, "SUCCESS", None),
        Row("SUCCESS", NO_ANSWER, "SUCCESS", LEASE),
        Row("FAILED", DECLINED, "FAILED", LEASE),
        Row("PENDING", NOT_PAYABLE, "PENDING", LEASE),
        Row("CANCELLED", DECLINED, "CANCELLED", LEASE),
        # What we had called over is paid: it goes back at once.
        Row("FAILED", DONE, "FAILED", NOW),
        Row("CANCELLED", DONE, "CANCELLED", NOW),
    ],
    ids=str,
)
def test_after_a_charge_in_the_window(row: Row) -> None:
    """By what the confirm came to."""
    check(row, standing(row.before), Act.CHARGE)


@pytest.mark.parametrize(
    "row",
    [
        Row("PROCESSING", DONE, "SUCCESS", None),
        Row("PROCESSING", DECLINED, "FAILED", WATCHED),
        # There is no customer who could try another key.
        Row("PROCESSING", NOT_PAYABLE, "FAILED", WATCHED),
        Row("PROCESSING", ALREADY, "PROCESSING", LEASE, Act.FIND_BY_ORDER),
        Row("PROCESSING", NO_ANSWER, "PROCESSING", SOON),
    ],
    ids=str,
)
def test_after_a_charge_by_billing_key(row: Row) -> None:
    """By what the charge came to."""
    check(row, billed(row.before), Act.CHARGE)


@pytest.mark.parametrize(
    "row",
    [
        Row("PENDING", NOTHING, "PENDING", DEADLINE),
        Row("PENDING", READY, "PENDING", DEADLINE),
        Row("PENDING", IN_PROGRESS, "PENDING", DEADLINE),
        Row("PENDING", OVER, "PENDING", DEADLINE),
        Row("PENDING", OTHERS, "PENDING", DEADLINE),
        Row("PENDING", DONE, "SUCCESS", None),
        Row("PENDING", NO_ANSWER, "PENDING", SOON),
        Row("PENDING", NOT_DONE, "PENDING", SOON),
        Row("PROCESSING", NOTHING, "PENDING", DEADLINE),
        Row("PROCESSING", READY, "PROCESSING", LEASE, Act.CHARGE),
        Row("PROCESSING", IN_PROGRESS, "PROCESSING", LEASE, Act.CHARGE),
        Row("PROCESSING", DEPOSIT, "PROCESSING", SOON),
        Row("PROCESSING", OVER, "FAILED", WATCHED),
        Row("PROCESSING", EXPIRED, "FAILED", WATCHED),
        Row("PROCESSING", OTHERS, "PENDING", DEADLINE),
        Row("PROCESSING", DONE, "SUCCESS", None),
        Row("PROCESSING", CANCELED, "FAILED", WATCHED),
        Row("PROCESSING", PARTLY, "SUCCESS", None),
        Row("PROCESSING", NO_ANSWER, "PROCESSING", SOON),
        Row("PROCESSING", NOT_DONE, "PROCESSING", SOON),
        Row("TOSS_SUCCESS_DB_FAILED", DONE, "SUCCESS", None),
        Row("TOSS_SUCCESS_DB_FAILED", NO_ANSWER, "TOSS_SUCCESS_DB_FAILED", SOON),
        Row("TOSS_SUCCESS_DB_FAILED", NOTHING, "TOSS_SUCCESS_DB_FAILED", SOON),
        Row("SUCCESS", DONE, "SUCCESS", None),
        Row("SUCCESS", PARTLY, "SUCCESS", None),
        Row("SUCCESS", CANCELED, "REFUNDED", None),
        Row("SUCCESS", NOTHING, "SUCCESS", SOON),
        Row("SUCCESS", OTHERS, "SUCCESS", SOON),
        Row("SUCCESS", NO_ANSWER, "SUCCESS", SOON),
        Row("FAILED", NOTHING, "FAILED", WATCHED),
        Row("FAILED", READY, "FAILED", WATCHED),
        Row("FAILED", OTHERS, "FAILED", WATCHED),
        Row("FAILED", DONE, "FAILED", NOW),
        Row("FAILED", PARTLY, "FAILED", NOW),
        Row("FAILED", CANCELED, "FAILED", None),
        Row("FAILED", NO_ANSWER, "FAILED", PUT_OFF),
        Row("CANCELLED", NOTHING, "CANCELLED", WATCHED),
        Row("CANCELLED", DONE, "CANCELLED", NOW),
        Row("CANCELLED", CANCELED, "CANCELLED", None),
        Row("REFUNDED", NOTHING, "REFUNDED", None),
        Row("REFUNDED", CANCELED, "REFUNDED", None),
        Row("REFUNDED", NO_ANSWER, "REFUNDED", SOON),
    ],
    ids=str,
)
def test_after_a_look(row: Row) -> None:
    """By what stands in Toss's books."""
    check(row, standing(row.before), Act.FIND)


@pytest.mark.parametrize(
    "row",
    [
        Row("PROCESSING", NOTHING, "PROCESSING", LEASE, Act.CHARGE),
        Row("PROCESSING", IN_PROGRESS, "PROCESSING", LEASE, Act.CHARGE),
        Row("PROCESSING", OVER, "FAILED", WATCHED),
        Row("PROCESSING", DONE, "SUCCESS", None),
    ],
    ids=str,
)
def test_after_a_look_for_a_charge_by_billing_key(row: Row) -> None:
    """What Toss knows nothing of is charged."""
    check(row, billed(row.before), Act.FIND)


@pytest.mark.parametrize("outcome", [NOTHING, IN_PROGRESS, NO_ANSWER, NOT_DONE])
def test_past_the_deadline_an_unpaid_payment_lapses(outcome: Outcome) -> None:
    """Even where Toss cannot be asked: no charge was ever wanted of it."""
    payment = standing("PENDING", expires_at=NOW)
    assert apply(payment, Act.FIND, outcome) is None
    assert (payment.status, payment.failure_code, payment.next_look_at) == (
        "FAILED",
        "PAYMENT_EXPIRED",
        WATCHED,
    )


@pytest.mark.parametrize("outcome", [NOTHING, READY])
def test_what_was_never_asked_for_is_not_watched_for_long(outcome: Outcome) -> None:
    """Toss charges nothing that we did not confirm; a window left open is looked at."""
    payment = standing("FAILED", calls=0)
    apply(payment, Act.FIND, outcome)
    assert payment.next_look_at == (None if outcome is None else WATCHED)


@pytest.mark.parametrize(
    ("error", "key"), [(ODD_ANSWER, 2), (NO_ANSWER, 1), (NOT_DONE, 1)]
)
def test_only_what_was_answered_is_asked_under_another_key(
    error: Any, key: int
) -> None:
    """Under the same one Toss would give the same answer again."""
    payment = standing("PROCESSING")
    apply(payment, Act.CHARGE, error)
    refund = refund_of(paid := standing("SUCCESS"))
    apply(paid, Act.GIVE_BACK, error, refund)
    assert (payment.call_key, refund.call_key) == (key, key)


@pytest.mark.parametrize(
    "paid",
    [
        at_toss("DONE", total=TOTAL + 1, balance=TOTAL + 1),
        at_toss("DONE", total=TOTAL - 1, balance=TOTAL - 1),
        at_toss("DONE", currency="KRW"),
    ],
)
@pytest.mark.parametrize("status", ["PENDING", "PROCESSING"])
def test_other_money_than_agreed_is_no_payment(status: str, paid: Any) -> None:
    """The order ends unpaid, and all that was taken goes back."""
    payment = standing(status)
    books = books_of(payment)
    assert booking.apply(books, payment, Act.FIND, paid) is None
    refund = books.refund_of(payment)
    assert (payment.status, payment.failure_code) == ("FAILED", "AMOUNT_MISMATCH")
    assert payment.next_look_at == NOW
    assert refund is not None
    assert (refund.status, refund.amount, refund.requested_by) == (
        "PENDING",
        paid.balance,
        "reconciliation",
    )


@pytest.mark.parametrize("outcome", [IN_PROGRESS, NOTHING])
def test_a_charge_given_up_is_not_asked_again(toss: Any, outcome: Outcome) -> None:
    """Whoever waits to have it undone hears that it is."""
    offer()
    Payment.objects.update(status="PROCESSING", calls=1)
    assert handle(refund()) == []
    payment = standing("PROCESSING")
    assert apply(payment, Act.FIND, outcome) is None
    assert (payment.status, payment.next_look_at) == ("CANCELLED", WATCHED)


def test_a_charge_given_up_that_had_happened_is_booked_first(toss: Any) -> None:
    """What became of it decides, and then it is given back."""
    offer()
    Payment.objects.update(status="PROCESSING", calls=1)
    handle(refund())
    payment = standing("PROCESSING")
    apply(payment, Act.FIND, DONE)
    assert payment.status == "SUCCESS"


@dataclass(frozen=True)
class Back:
    """A line of the table of refunds."""

    outcome: Outcome
    payment: str
    refund: str
    look: datetime | None
    follows: Act | None = None
    amount: Decimal = TOTAL
    by: str = "payment"


@pytest.mark.parametrize("outcome", [NOTHING, IN_PROGRESS, EXPIRED])
def test_an_order_that_was_not_charged_before(outcome: Any) -> None:
    """Then its payment key was, for another order: nothing is said of this one yet."""
    payment = standing("PROCESSING")
    assert apply(payment, Act.FIND_BY_ORDER, outcome) is Act.FIND
    assert payment.status == "PROCESSING"


def test_a_charge_by_another_key_of_the_order_is_booked() -> None:
    """The customer opened two windows, and Toss charged the other one."""
    payment = standing("PROCESSING")
    assert apply(payment, Act.FIND_BY_ORDER, DONE) is None
    assert (payment.status, payment.next_look_at) == ("SUCCESS", None)


@pytest.mark.parametrize("act", [Act.GIVE_BACK, Act.FIND])
@pytest.mark.parametrize(
    "row",
    [
        Back(CANCELED, "REFUNDED", "DONE", None),
        Back(CANCELED, "REFUNDED", "DONE", None, by=PERSON),
        Back(PARTLY, "SUCCESS", "DONE", None, amount=PART),
        Back(DONE, "SUCCESS", "PENDING", LEASE, Act.GIVE_BACK),
        Back(DONE, "SUCCESS", "PENDING", LEASE, Act.GIVE_BACK, amount=PART),
        Back(ALREADY, "SUCCESS", "PENDING", LEASE, Act.FIND),
        Back(NO_ANSWER, "SUCCESS", "PENDING", SOON),
        Back(ODD_ANSWER, "SUCCESS", "PENDING", SOON),
        Back(NOT_DONE, "SUCCESS", "PENDING", SOON),
    ],
)
def test_a_refund_of_a_paid_order(act: Act, row: Back) -> None:
    """By what Toss still keeps, whether it was just asked or looked at."""
    payment = standing("SUCCESS")
    refund = refund_of(payment, row.amount, requested_by=row.by)
    assert apply(payment, act, row.outcome, refund) is row.follows
    assert (payment.status, refund.status, payment.next_look_at) == (
        row.payment,
        row.refund,
        row.look,
    )
    back = row.amount if row.refund == "DONE" else 0
    assert payment.refunded_amount == back


@pytest.mark.parametrize("error", [REFUSED, NOT_PAYABLE])
def test_a_refund_that_a_person_asked_for_ends_refused(error: Any) -> None:
    """The person hears it, and asks again or not."""
    payment = standing("SUCCESS")
    refund = refund_of(payment, requested_by=PERSON)
    assert apply(payment, Act.GIVE_BACK, error, refund) is None
    assert (payment.status, payment.attention) == ("SUCCESS", "")
    assert (refund.status, refund.failure) == ("REFUSED", str(error))
    assert payment.next_look_at == MUCH_LATER  # its reason may stand at Toss


def test_a_refused_refund_is_looked_up_once() -> None:
    """Where Toss's books agree with ours, that was all."""
    payment = standing("SUCCESS", next_look_at=MUCH_LATER)
    refund = refund_of(payment, requested_by=PERSON, status="REFUSED")
    assert apply(payment, Act.FIND, DONE, refund) is None
    assert (payment.next_look_at, refund.status) == (None, "REFUSED")


@pytest.mark.parametrize("by", ["payment", "reconciliation"])
@pytest.mark.parametrize("error", [REFUSED, NOT_PAYABLE])
def test_a_refund_that_must_be_is_tried_for_ever_and_flagged(
    error: Any, by: str
) -> None:
    """Every five minutes under a new key; a person can see why."""
    payment = standing("SUCCESS")
    refund = refund_of(payment, requested_by=by)
    assert apply(payment, Act.GIVE_BACK, error, refund) is None
    assert (payment.status, refund.status) == ("SUCCESS", "PENDING")
    assert (payment.next_look_at, refund.call_key) == (MUCH_LATER, 2)
    assert payment.attention == f"Toss does not give it back: {error}"
    assert payment.attention_since == NOW


def test_a_refund_that_is_made_in_the_end_is_flagged_no_more() -> None:
    """Nobody need look any longer."""
    payment = standing("SUCCESS", attention="refused", attention_since=NOW)
    refund = refund_of(payment, failure="refused")
    apply(payment, Act.GIVE_BACK, CANCELED, refund)
    assert (payment.status, payment.attention, payment.attention_since) == (
        "REFUNDED",
        "",
        None,
    )
    assert (refund.status, refund.failure) == ("DONE", "")


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_the_money_of_an_unpaid_order_comes_back(status: str) -> None:
    """The state says so in the end."""
    payment = standing(status)
    refund = refund_of(payment, requested_by="reconciliation")
    assert apply(payment, Act.FIND, DONE, refund) is Act.GIVE_BACK
    assert apply(payment, Act.GIVE_BACK, CANCELED, refund) is None
    assert (payment.status, payment.refunded_amount, refund.status) == (
        "REFUNDED",
        TOTAL,
        "DONE",
    )
    assert payment.next_look_at is None


@pytest.mark.parametrize(
    ("paid", "status", "amount"),
    [(PARTLY, "SUCCESS", PART), (CANCELED, "REFUNDED", TOTAL)],
)
def test_what_was_given_back_at_toss_is_followed_and_flagged(
    paid: Any, status: str, amount: Decimal
) -> None:
    """Our books agree with Toss's, and a person looks why."""
    payment = standing("SUCCESS")
    books = books_of(payment)
    assert booking.apply(books, payment, Act.FIND, paid) is None
    refund = books.refund_of(payment)
    assert refund is not None
    assert (refund.status, refund.amount, refund.requested_by) == (
        "DONE",
        amount,
        "toss",
    )
    assert (payment.status, payment.refunded_amount) == (status, amount)
    assert payment.attention == f"{amount} was given back at Toss, not by us"
    assert payment.attention_since == NOW


@pytest.mark.parametrize("status", ["PENDING", "REFUSED"])
def test_a_refund_that_no_longer_fits_becomes_what_was_given_back(status: str) -> None:
    """Whoever still waits for the money asks for the rest of it."""
    payment = standing("SUCCESS")
    refund = refund_of(payment, TOTAL, status=status)
    books = books_of(payment, refund)
    assert booking.apply(books, payment, Act.FIND, PARTLY) is None
    assert (refund.status, refund.amount, refund.requested_by) == ("DONE", PART, "toss")
    assert (payment.status, payment.refunded_amount) == ("SUCCESS", PART)
    assert books.moved == {payment.payment_id: payment}


def test_the_same_is_followed_once() -> None:
    """A second look finds the books in agreement."""
    payment = standing("SUCCESS")
    apply(payment, Act.FIND, PARTLY)
    books = books_of(payment)
    booking.apply(books, payment, Act.FIND, PARTLY)
    assert payment.refunded_amount == PART
    assert books.refund_of(payment) is None
    assert payment.order_id == ORDER


@pytest.mark.parametrize("status", ["SUCCESS", "TOSS_SUCCESS_DB_FAILED"])
def test_money_that_toss_does_not_know_is_flagged(status: str) -> None:
    """Nothing is booked on it."""
    payment = standing(status)
    apply(payment, Act.FIND, EXPIRED)
    assert payment.status == status
    assert payment.attention == f"Toss has it as EXPIRED, we as {status}"
