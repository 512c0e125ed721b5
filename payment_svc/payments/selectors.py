"""Reading payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from payment_svc.payments.models import Payment, Refund


@dataclass(frozen=True, slots=True)
class Attempt:
    """A payment with what was given back of it, oldest first."""

    payment: Payment
    refunds: list[Refund]


def payments(*, order_ids: Collection[str] = ()) -> QuerySet[Payment]:
    """Payments, newest first; of these orders only, where some are named."""
    found = Payment.objects.all()
    return found.filter(order_id__in=order_ids) if order_ids else found


def payment(*, payment_id: str) -> Payment | None:
    """The payment of this id."""
    return Payment.objects.filter(payment_id=payment_id).first()


def sure_payment(*, payment_id: str) -> Payment:
    """The payment of this id, which is known to be there."""
    return Payment.objects.get(payment_id=payment_id)


def newest_of_order(*, order_id: str) -> Payment | None:
    """The payment of the order's latest attempt."""
    found = Payment.objects.filter(order_id=order_id)
    return found.order_by("-attempt", "-payment_id").first()


def attempts_of_order(*, order_id: str, limit: int) -> list[Attempt]:
    """The order's newest payments with their refunds, the oldest of them first."""
    newest = Payment.objects.filter(order_id=order_id)
    found = list(newest.order_by("-attempt", "-payment_id")[:limit])[::-1]
    refunds = defaultdict(list)
    of_these = Refund.objects.filter(payment_id__in=[one.payment_id for one in found])
    for refund in of_these.order_by("created_at", "refund_id"):
        refunds[refund.payment_id].append(refund)
    return [Attempt(one, refunds[one.payment_id]) for one in found]
