"""Reading orders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from common.contracts.base import PaymentMethod
from common.storage.reads import read_rows
from order_svc.orders.domain import OrderStatus
from order_svc.orders.models import Order
from order_svc.orders.patience import time_to_pay

OPEN = (
    OrderStatus.PENDING.value,
    OrderStatus.PAYMENT_COMPLETED.value,
    OrderStatus.CANCELLING.value,
)


def orders_by_id(order_ids: Collection[str]) -> list[Order]:
    """The orders that exist of these, in one query."""
    return read_rows(Order, order_id=order_ids)


def find_order(order_id: str) -> Order | None:
    """The order, or None."""
    return Order.objects.filter(order_id=order_id).first()


def list_orders(
    *,
    order_ids: Collection[str] = (),
    customer_id: str = "",
    statuses: Collection[str] = (),
    modes: Collection[str] = (),
) -> QuerySet[Order]:
    """Orders, newest first; what is empty filters nothing."""
    found = Order.objects.all()
    if order_ids:
        found = found.filter(order_id__in=order_ids)
    if customer_id:
        found = found.filter(customer_id=customer_id)
    if statuses:
        found = found.filter(status__in=statuses)
    if modes:
        found = found.filter(mode__in=modes)
    return found


def due_for_resend(now: datetime, limit: int) -> list[Order]:
    """Orders that wait for an event which should have come, the longest first."""
    due = Order.objects.filter(resend_at__lte=now)
    return list(due.order_by("resend_at", "order_id")[:limit])


def stuck_orders(now: datetime, older_than: timedelta) -> QuerySet[Order]:
    """Unfinished orders to which nothing has happened for so long, oldest first.

    Those that wait for a customer who may still pay are not among them.
    """
    found = Order.objects.filter(status__in=OPEN, updated_at__lt=now - older_than)
    has_time = Q(payment_method=PaymentMethod.TOSS, status=OrderStatus.PENDING)
    has_time &= Q(updated_at__gt=now - time_to_pay())
    found = found.exclude(has_time)
    return found.order_by("updated_at", "order_id")
