"""What the calls of the API do to Toss's books; each runs in one transaction."""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from compose.toss_sandbox import webhooks
from compose.toss_sandbox.cards import BILLING_KEYS, card_of
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import CHARGED, Cancel, Status, TossPayment
from compose.toss_sandbox.money import amount_in


def agree(
    order_id: str, amount: Decimal, card_number: str, order_name: str = ""
) -> TossPayment:
    """The customer has agreed in the window: a session that waits for its confirm."""
    payment = TossPayment(
        payment_key=f"tsb_{secrets.token_urlsafe(24)}",
        order_id=order_id,
        order_name=order_name[:100] or order_id,
        status=Status.IN_PROGRESS,
        currency=settings.CURRENCY,
        total=amount,
        balance=amount,
        card_number=card_number,
        secret=f"ps_{secrets.token_urlsafe(16)}",
        requested_at=timezone.now(),
    )
    payment.save(force_insert=True)
    return payment


def confirm(body: dict[str, Any]) -> TossPayment:
    """Charge what was agreed to. Raises TossError."""
    key, order_id = text(body, "paymentKey"), text(body, "orderId")
    amount = amount_in(body.get("amount"))
    payment = find_by_key(key)
    if payment is None or payment.status == Status.EXPIRED:
        raise TossError("NOT_FOUND_PAYMENT_SESSION")
    if payment.order_id != order_id or payment.total != amount:
        raise TossError("FORBIDDEN_REQUEST")
    if payment.status in CHARGED:
        raise TossError("ALREADY_PROCESSED_PAYMENT")
    if payment.status == Status.ABORTED:
        raise TossError("NOT_FOUND_PAYMENT_SESSION")
    if _charged(order_id):
        raise TossError("DUPLICATED_ORDER_ID")
    return _charge(payment)


def charge_agreed(billing_key: str, body: dict[str, Any]) -> TossPayment:
    """Charge by billing key. Raises TossError."""
    card_number = BILLING_KEYS.get(billing_key)
    if card_number is None:
        raise TossError("NOT_FOUND_BILLING")
    text(body, "customerKey")
    order_id, amount = text(body, "orderId"), amount_in(body.get("amount"))
    if _charged(order_id):
        raise TossError("DUPLICATED_ORDER_ID")
    payment = agree(order_id, amount, card_number, str(body.get("orderName", "")))
    payment.kind = "BILLING"
    return _charge(payment)


def cancel(payment_key: str, body: dict[str, Any]) -> TossPayment:
    """Give back all, or `cancelAmount`. Raises TossError."""
    reason = text(body, "cancelReason")[:200]
    payment = find_by_key(payment_key)
    if payment is None:
        raise TossError("NOT_FOUND_PAYMENT")
    if payment.status == Status.CANCELED:
        raise TossError("ALREADY_CANCELED_PAYMENT")
    if payment.status not in CHARGED:
        raise TossError("NOT_CANCELABLE_PAYMENT")
    wanted = body.get("cancelAmount")
    amount = payment.balance if wanted is None else amount_in(wanted)
    if amount > payment.balance:
        raise TossError("NOT_CANCELABLE_AMOUNT")
    return _give_back(payment, amount, reason)


def find_by_key(payment_key: str) -> TossPayment | None:
    """The payment of this key; a session that waited too long has expired."""
    payment = TossPayment.objects.filter(payment_key=payment_key).first()
    return _aged(payment) if payment else None


def find_by_order(order_id: str) -> TossPayment | None:
    """The order's charged payment, else its newest."""
    found = TossPayment.objects.filter(order_id=order_id)
    charged = found.filter(status__in=CHARGED).first()
    payment = charged or found.first()
    return _aged(payment) if payment else None


def text(body: dict[str, Any], name: str) -> str:
    """A text that must be there. Raises TossError."""
    value = body.get(name)
    if not isinstance(value, str) or not value or len(value) > 300:
        raise TossError("INVALID_REQUEST", f"{name} is missing or no text.")
    return value


def _charged(order_id: str) -> bool:
    return TossPayment.objects.filter(order_id=order_id, status__in=CHARGED).exists()


def _charge(payment: TossPayment) -> TossPayment:
    card = card_of(payment.card_number)
    if card.declines:
        refusal = TossError(card.declines)
        payment.status = Status.ABORTED
        payment.failure_code, payment.failure_message = refusal.code, refusal.message
    else:
        payment.status = Status.DONE
        payment.approved_at = timezone.now()
        payment.transaction_key = secrets.token_hex(16).upper()
    payment.save()
    webhooks.tell(payment)
    return payment


def _give_back(payment: TossPayment, amount: Decimal, reason: str) -> TossPayment:
    payment.balance -= amount
    is_all = payment.balance == 0
    payment.status = Status.CANCELED if is_all else Status.PARTIAL_CANCELED
    payment.transaction_key = secrets.token_hex(16).upper()
    payment.save()
    Cancel.objects.create(
        payment=payment,
        amount=amount,
        reason=reason,
        transaction_key=payment.transaction_key,
        canceled_at=timezone.now(),
    )
    webhooks.tell(payment)
    return payment


def _aged(payment: TossPayment) -> TossPayment:
    limit = timezone.now() - timedelta(seconds=settings.SESSION_LASTS_S)
    if payment.status == Status.IN_PROGRESS and payment.requested_at < limit:
        payment.status = Status.EXPIRED
        payment.save(update_fields=["status"])
    return payment
