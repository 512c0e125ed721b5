"""Toss's Payment object, read leniently and without its secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from payment_svc.payments.gateway.remote import InDoubt, RemotePayment, RemoteStatus
from payment_svc.payments.gateway.toss.answers import storable

NOT_A_PAYMENT = "NOT_A_PAYMENT"
# Deeper than this there is nothing of Toss's.
DEEPEST = 12

# What webhooks are checked by, and what charges again: not for our books.
_secret_name = re.compile(
    r"secret|billing_?key|customer_?key|authorization|password|token|cvc|cvv",
    re.IGNORECASE,
).search
_key = re.compile(r"[\x21-\x7e]{1,200}").fullmatch
_order_id = re.compile(r"[\x21-\x7e]{1,100}").fullmatch
_currency = re.compile(r"[A-Z]{3}").fullmatch
_address = re.compile(r"https?://[\x21-\x7e]{1,490}").fullmatch


class _Odd(Exception):
    """A field that must be there is not, or not as it must be."""


def payment_of(body: Any) -> RemotePayment | InDoubt:
    """The payment in an answer, or the doubt that it leaves.

    Doubt is returned, not raised: the variables of this frame hold secrets.
    """
    if not isinstance(body, dict):
        return InDoubt(NOT_A_PAYMENT, "Toss answered with something else.")
    try:
        return _payment(body)
    except _Odd as odd:
        # The field's name alone: its value may be anything, a secret too.
        why = f"Toss's answer is no payment: its {odd} is missing or odd."
        return InDoubt(NOT_A_PAYMENT, why)


def _payment(body: Mapping[str, Any]) -> RemotePayment:
    total = _amount(body, "totalAmount")
    failure = _object(body.get("failure"))
    return RemotePayment(
        payment_key=_text(body, "paymentKey", _key),
        order_id=_text(body, "orderId", _order_id),
        status=_status(body),
        total=total,
        balance=_balance(body, total),
        currency=_text({"currency": "KRW", **body}, "currency", _currency),
        transaction_id=_maybe(body.get("lastTransactionKey"), 120),
        receipt_url=_url(_object(body.get("receipt")).get("url")),
        approved_at=_moment(body.get("approvedAt")),
        failure_code=_maybe(failure.get("code"), 100),
        failure_message=_maybe(failure.get("message"), 500),
        data={
            storable(name, 100): _shown(value, 1)
            for name, value in body.items()
            if not _secret_name(name)
        },
    )


def _shown(value: Any, depth: int) -> Any:
    """A part of the record without what nobody should see, or could store."""
    if isinstance(value, str):
        return storable(value, 2000)
    if isinstance(value, dict | list) and depth >= DEEPEST:
        return None
    if isinstance(value, list):
        return [_shown(inner, depth + 1) for inner in value]
    if isinstance(value, dict):
        return {
            storable(name, 100): _shown(inner, depth + 1)
            for name, inner in value.items()
            if not _secret_name(name)
        }
    return value


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(body: Mapping[str, Any], name: str, fits: Any) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not fits(value):
        raise _Odd(name)
    return value


def _maybe(value: Any, length: int) -> str:
    return storable(value, length) if isinstance(value, str) else ""


def _url(value: Any) -> str:
    """An address to be shown as a link, so of the web only."""
    return value if isinstance(value, str) and _address(value) else ""


def _status(body: Mapping[str, Any]) -> RemoteStatus:
    value = body.get("status")
    if not isinstance(value, str) or value not in RemoteStatus.__members__:
        raise _Odd("status")
    return RemoteStatus(value)


def _amount(body: Mapping[str, Any], name: str) -> Decimal:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _Odd(name)
    if value < 0:
        raise _Odd(name)
    return Decimal(value)


def _balance(body: Mapping[str, Any], total: Decimal) -> Decimal:
    """What Toss still keeps, which decides whether a refund was made: never guessed."""
    balance = _amount(body, "balanceAmount")
    if balance > total:
        raise _Odd("balanceAmount")
    return balance


def _moment(value: Any) -> datetime | None:
    """A time as Toss writes it, in Seoul's, told in UTC; None where it is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
