"""Reading payments."""

from __future__ import annotations

from django.db.models import QuerySet

from payment_svc.payments.models import Payment


def payments() -> QuerySet[Payment]:
    """All payments, newest first."""
    return Payment.objects.all()


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
