"""What the calls of the API do to Toss's books; each runs in one transaction."""

from __future__ import annotations

import secrets
from typing import Any

from django.utils import timezone

from common.conf.toss_sandbox import CUSTOMER_KEY
from compose.toss_sandbox import sessions, webhooks
from compose.toss_sandbox.cards import BILLING_KEYS, CARDS
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import CHARGED, Cancel, Status, TossPayment
from compose.toss_sandbox.money import amount_in

LONGEST_TEXT = 300
LONGEST_REASON = 200


def confirm(body: dict[str, Any]) -> TossPayment:
    """Charge what was agreed to. Raises TossError."""
    key, order_id = text(body, "paymentKey"), text(body, "orderId")
    amount = amount_in(body.get("amount"))
    payment = find_by_key(key)
    if payment is None:
        raise TossError("NOT_FOUND_PAYMENT_SESSION")
    if payment.order_id != order_id or payment.total != amount:
        raise TossError("FORBIDDEN_REQUEST")
    if payment.status in CHARGED:
        raise TossError("ALREADY_PROCESSED_PAYMENT")
    if payment.status != Status.IN_PROGRESS or sessions.is_late(payment):
        raise TossError("NOT_FOUND_PAYMENT_SESSION")
    _require_uncharged(order_id)
    return _charge(payment)


def charge_agreed(billing_key: str, body: dict[str, Any]) -> TossPayment:
    """Charge by billing key. Raises TossError."""
    card = BILLING_KEYS.get(billing_key)
    if card is None:
        raise TossError("NOT_FOUND_BILLING")
    if text(body, "customerKey") != CUSTOMER_KEY:
        raise TossError("NOT_MATCHES_CUSTOMER_KEY")
    wanted = sessions.Wanted(
        order_id=text(body, "orderId"),
        amount=amount_in(body.get("amount")),
        order_name=text(body, "orderName"),
    )
    _require_uncharged(wanted.order_id)
    payment = sessions.agreed(wanted, card)
    payment.kind = "BILLING"
    return _charge(payment)


def cancel(payment_key: str, body: dict[str, Any]) -> TossPayment:
    """Give back all, or `cancelAmount`. Raises TossError."""
    reason = text(body, "cancelReason", LONGEST_REASON)
    payment = _there(find_by_key(payment_key))
    if payment.status == Status.CANCELED:
        raise TossError("ALREADY_CANCELED_PAYMENT")
    if payment.status not in CHARGED:
        raise TossError("NOT_CANCELABLE_PAYMENT")
    wanted = body.get("cancelAmount")
    amount = payment.balance if wanted is None else amount_in(wanted)
    if amount > payment.balance:
        raise TossError("NOT_CANCELABLE_AMOUNT")
    payment.balance -= amount
    is_all = payment.balance == 0
    _move(payment, Status.CANCELED if is_all else Status.PARTIAL_CANCELED)
    Cancel.objects.create(
        payment=payment,
        amount=amount,
        remains=payment.balance,
        reason=reason,
        transaction_key=payment.transaction_key,
        canceled_at=payment.moved_at,
    )
    webhooks.tell(payment)
    return payment


def look_up(payment_key: str = "", order_id: str = "") -> TossPayment:
    """The payment of this key, or of this order. Raises TossError."""
    return _there(find_by_key(payment_key) if payment_key else find_by_order(order_id))


def find_by_key(payment_key: str) -> TossPayment | None:
    """The payment of this key."""
    return TossPayment.objects.filter(payment_key=payment_key).first()


def find_by_order(order_id: str) -> TossPayment | None:
    """The order's charged payment, else its newest."""
    found = TossPayment.objects.filter(order_id=order_id)
    return found.filter(status__in=CHARGED).first() or found.first()


def text(body: dict[str, Any], name: str, longest: int = LONGEST_TEXT) -> str:
    """A text that must be there. Raises TossError."""
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise TossError(
            "INVALID_REQUEST", f"{name} must be a text of 1 to {longest} characters."
        )
    if not is_storable(value):
        raise TossError("INVALID_REQUEST", f"{name} has characters that are no text.")
    return value


def is_storable(value: str) -> bool:
    """False for what is in JSON but in no text: NUL, and halves of a pair."""
    return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _there(payment: TossPayment | None) -> TossPayment:
    if payment is None:
        raise TossError("NOT_FOUND_PAYMENT")
    return payment


def _require_uncharged(order_id: str) -> None:
    if TossPayment.objects.filter(order_id=order_id, status__in=CHARGED).exists():
        raise TossError("DUPLICATED_ORDER_ID")


def _charge(payment: TossPayment) -> TossPayment:
    card = CARDS[payment.card_number]
    if card.declines:
        refusal = TossError(card.declines)
        payment.failure_code, payment.failure_message = refusal.code, refusal.message
        _move(payment, Status.ABORTED)
    else:
        payment.approved_at = timezone.now()
        _move(payment, Status.DONE)
    webhooks.tell(payment)
    return payment


def _move(payment: TossPayment, status: Status) -> None:
    payment.status, payment.moved_at = status, timezone.now()
    if status in CHARGED:
        payment.transaction_key = secrets.token_hex(16).upper()
    payment.save()
