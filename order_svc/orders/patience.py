"""How long an order may be silent: when it is asked again, and when it is flagged.

An order whose customer has to pay in person waits for that person first. It is asked
about all the same, for its messages may have been lost, but its silence counts from the
customer's deadline only.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from common.contracts.base import Mode, PaymentMethod
from order_svc.orders.book import note, resend_after
from order_svc.orders.domain import OrderStatus
from order_svc.orders.models import Order

LONGEST_WAIT = timedelta(minutes=10)
# 15 + 30 + ... seconds: after so many an order has been silent for some 8 minutes.
FLAG_AT = 5
# The payment service says at the deadline that nobody has paid; this is for its way.
GRACE = timedelta(seconds=30)


def time_to_pay() -> timedelta:
    """From the last change of an unpaid order to when its customer's time is over."""
    return timedelta(seconds=settings.TOSS_CONFIRM_WITHIN_S) + GRACE


def customer_has_until(row: Order) -> datetime | None:
    """When the choreographed order stops waiting for its customer; None: for nobody."""
    is_unpaid = row.status == OrderStatus.PENDING and row.mode == Mode.CHOREOGRAPHY
    if not is_unpaid or row.payment_method != PaymentMethod.TOSS:
        return None
    return row.updated_at + time_to_pay()


def put_off(row: Order, now: datetime) -> None:
    """The order was asked just now: set the next time, and flag it in its history."""
    until = customer_has_until(row)
    if until is not None and row.resend_at and row.resend_at <= until <= now:
        row.resends = 0
    row.resends += 1
    wait = min(resend_after() * 2 ** min(row.resends, 10), LONGEST_WAIT)
    row.resend_at = now + wait
    if until is not None and now < until:
        row.resend_at = min(row.resend_at, until)
    elif row.resends == FLAG_AT:
        why = f"no answer, though its event was sent again {FLAG_AT} times"
        note(row, now, row.status, row.status, why)
