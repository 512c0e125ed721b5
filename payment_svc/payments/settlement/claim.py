"""Taking a payment in hand: the intent is committed before Toss is called.

A claim is a lease: until `next_look_at` nobody else turns to the payment, and after
it somebody does, should the claimant be gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from common import clock
from common.messaging.envelope import Inbound
from common.storage.transactions import run_atomically
from payment_svc.payments import questions
from payment_svc.payments.books import Books
from payment_svc.payments.handlers import load
from payment_svc.payments.models import Payment, Refund
from payment_svc.payments.settlement.plan import Act, next_act

# Beyond Toss's own time-out: to connect, and to book what it said.
MARGIN_S = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A payment in hand, what Toss is asked, and the messages that wait for it."""

    payment: Payment
    refund: Refund | None
    act: Act
    lease: datetime
    waiting: Sequence[Inbound] = ()


def claim(payment_id: str) -> Claim | None:
    """Take the payment in hand if its time has come; None where it has not."""
    return run_atomically(lambda: _claim(payment_id, clock.now()))


def claim_again(held: Claim, act: Act) -> Claim | None:
    """Go on with a payment in hand; None where somebody else moved it meanwhile."""

    def unit() -> Claim | None:
        books = load({held.payment.payment_id}, clock.now())
        payment = books.find(held.payment.payment_id)
        if payment is None or payment.next_look_at != held.lease:
            return None
        return take(books, payment, act)

    return run_atomically(unit)


def take(books: Books, payment: Payment, act: Act) -> Claim:
    """Write down that Toss will be asked, in the running transaction."""
    refund = books.refund_of(payment)
    if act is Act.CHARGE:
        payment.calls += 1
    elif act is Act.GIVE_BACK and refund is not None:
        refund.calls += 1
        books.put_refund(refund)
    payment.next_look_at = books.now + lease_time()
    books.touch(payment)
    waiting = [one for _, one in questions.waiting_for([payment.payment_id])]
    books.save()
    return Claim(payment, refund, act, payment.next_look_at, waiting)


def lease_time() -> timedelta:
    """How long a claim holds: longer than any call to Toss."""
    return timedelta(seconds=settings.TOSS_TIMEOUT_S + MARGIN_S)


def due(now: datetime, limit: int) -> list[str]:
    """The payments whose time has come, longest overdue first."""
    rows = Payment.objects.filter(next_look_at__lte=now).order_by("next_look_at")
    return list(rows.values_list("payment_id", flat=True)[:limit])


def _claim(payment_id: str, now: datetime) -> Claim | None:
    books = load({payment_id}, now)
    payment = books.find(payment_id)
    if payment is None or payment.next_look_at is None or payment.next_look_at > now:
        return None
    return take(books, payment, next_act(payment, books.refund_of(payment)))
