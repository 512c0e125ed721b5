"""Toss's Payment object, read leniently and without its secrets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from payment_svc.payments.gateway.remote import InDoubt, RemotePayment, RemoteStatus

# What webhooks are checked by, and what charges again: not for our books.
SECRETS = frozenset({"secret", "billingKey", "customerKey"})
NOT_A_PAYMENT = "NOT_A_PAYMENT"


def payment_of(body: Any) -> RemotePayment:
    """The payment in an answer. Raises InDoubt for what is none."""
    if not isinstance(body, dict):
        raise InDoubt(NOT_A_PAYMENT, "Toss answered with something else.")
    try:
        return _payment(body)
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise InDoubt(NOT_A_PAYMENT, f"Toss's payment is odd: {error!r}") from None


def _payment(body: Mapping[str, Any]) -> RemotePayment:
    total = _amount(body["totalAmount"])
    failure = _object(body.get("failure"))
    return RemotePayment(
        payment_key=_text(body["paymentKey"]),
        order_id=_text(body["orderId"]),
        status=RemoteStatus(body["status"]),
        total=total,
        balance=_amount(body.get("balanceAmount", total)),
        currency=_text(body.get("currency") or "KRW"),
        transaction_id=_text(body.get("lastTransactionKey") or ""),
        receipt_url=_text(_object(body.get("receipt")).get("url") or ""),
        approved_at=_moment(body.get("approvedAt")),
        failure_code=_text(failure.get("code") or ""),
        failure_message=_text(failure.get("message") or ""),
        data={name: value for name, value in body.items() if name not in SECRETS},
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(f"{value!r} is no amount")
    amount = Decimal(value)
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"{value!r} is no amount")
    return amount


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC).replace(microsecond=0) if moment.tzinfo else None
