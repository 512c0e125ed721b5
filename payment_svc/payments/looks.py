"""When settlement turns to a payment next; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from payment_svc.payments.models import Payment

LONGEST_WAIT_S = 30
# Toss has said no, and will hardly say yes soon.
REFUSED_WAIT = timedelta(minutes=5)
# Money that Toss took for a payment that had ended is found by one of these looks.
WATCH = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))


def wait_after(looks: int) -> timedelta:
    """How long to wait after so many looks in vain: 1, 2, 4 … 30 seconds."""
    return timedelta(seconds=min(2 ** max(looks - 1, 0), LONGEST_WAIT_S))


def later(payment: Payment, now: datetime) -> None:
    """The payment is looked at again after a while, longer each time."""
    payment.looks += 1
    payment.next_look_at = now + wait_after(payment.looks)


def put_off(payment: Payment, now: datetime) -> None:
    """A watch that Toss did not answer was none: it comes again soon."""
    payment.next_look_at = now + timedelta(seconds=LONGEST_WAIT_S)


def watch(payment: Payment, now: datetime) -> None:
    """A payment that ended unpaid is looked at a few times more."""
    if payment.looks < len(WATCH):
        payment.next_look_at = now + WATCH[payment.looks]
        payment.looks += 1
    else:
        payment.next_look_at = None
