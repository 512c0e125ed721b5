"""Payments before the charge: the window is opened, the customer agrees, time runs."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from compose.toss_sandbox import webhooks
from compose.toss_sandbox.books import writing
from compose.toss_sandbox.cards import Card
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import WAITING, Status, TossPayment

_order_id = re.compile(r"[A-Za-z0-9_=-]{6,64}").fullmatch
EXPIRED = "EXPIRED_PAYMENT"
EXPIRED_MESSAGE = "The payment was not confirmed in time."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the merchant asks the customer to pay. Raises TossError."""

    order_id: str
    amount: Decimal
    order_name: str = ""

    def __post_init__(self) -> None:
        """An order id is as Toss takes it."""
        if not _order_id(self.order_id):
            raise TossError("INVALID_ORDER_ID")


def opened(wanted: Wanted) -> TossPayment:
    """The window is open: a payment that is READY, new or as it was left before."""
    with writing():
        waiting = TossPayment.objects.filter(
            order_id=wanted.order_id, total=wanted.amount, status=Status.READY
        )
        return waiting.filter(moved_at__gt=_limit()).first() or _made(wanted)


def agreed(wanted: Wanted, card: Card) -> TossPayment:
    """The customer has agreed: a payment that waits for its confirm."""
    with writing():
        return _agree(_made(wanted), card)


def agreed_in_window(payment_key: str, wanted: Wanted, card: Card) -> TossPayment:
    """The customer has agreed in an open window; a second click changes nothing.

    Raises TossError where the window has been open for too long.
    """
    with writing():
        payment = TossPayment.objects.filter(
            payment_key=payment_key, order_id=wanted.order_id, total=wanted.amount
        ).first()
        if payment is None or payment.status not in WAITING or is_late(payment):
            raise TossError("NOT_FOUND_PAYMENT_SESSION")
        if payment.status == Status.IN_PROGRESS:
            return payment
        return _agree(payment, card)


def is_late(payment: TossPayment) -> bool:
    """True where nobody may agree or confirm any more."""
    return payment.moved_at <= _limit()


def expire() -> int:
    """Sessions that nobody confirmed in time are over; how many."""
    late = TossPayment.objects.filter(status__in=WAITING, moved_at__lte=_limit())
    if not late.exists():  # a look needs no pen
        return 0
    with writing():
        found = list(late)
        for payment in found:
            payment.status, payment.moved_at = Status.EXPIRED, timezone.now()
            payment.failure_code = EXPIRED
            payment.failure_message = EXPIRED_MESSAGE
            payment.save()
            webhooks.tell(payment)
    return len(found)


def _made(wanted: Wanted) -> TossPayment:
    now = timezone.now()
    payment = TossPayment(
        payment_key=f"tsb_{secrets.token_urlsafe(24)}",
        order_id=wanted.order_id,
        order_name=wanted.order_name[:100] or wanted.order_id,
        status=Status.READY,
        currency=settings.CURRENCY,
        total=wanted.amount,
        balance=wanted.amount,
        secret=f"ps_{secrets.token_urlsafe(16)}",
        requested_at=now,
        moved_at=now,
    )
    payment.save(force_insert=True)
    return payment


def _agree(payment: TossPayment, card: Card) -> TossPayment:
    payment.card_number = card.number
    payment.status, payment.moved_at = Status.IN_PROGRESS, timezone.now()
    payment.save()
    return payment


def _limit() -> datetime:
    return timezone.now() - timedelta(seconds=settings.SESSION_LASTS_S)
