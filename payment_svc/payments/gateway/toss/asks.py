"""What is asked of Toss, as HTTP has it; keys and secrets are in no repr."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from common.contracts.money import Currency
from payment_svc.payments.gateway.remote import (
    ChargeAgreed,
    Confirm,
    GiveBack,
    NotPayable,
)
from payment_svc.payments.gateway.toss.settings import TossSettings

SHOWN = 4
_header = re.compile(r"[\x21-\x7e]{1,300}").fullmatch


class Call(StrEnum):
    """The kinds of calls."""

    CONFIRM = "confirm"
    BILLING = "billing"
    CANCEL = "cancel"
    FIND = "find"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One call; `template` is its path as it may be told, without keys."""

    call: Call
    template: str
    path: str = field(repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    idempotency_key: str = ""
    order_id: str = ""
    payment_key: str = field(default="", repr=False)

    @property
    def method(self) -> str:
        """HTTP's."""
        return "GET" if self.body is None else "POST"

    @property
    def is_charge(self) -> bool:
        """True where money is taken from the customer."""
        return self.call in {Call.CONFIRM, Call.BILLING}

    @property
    def payment(self) -> str:
        """The payment key as it may be told: its end."""
        is_long = len(self.payment_key) > 2 * SHOWN
        return f"…{self.payment_key[-SHOWN:]}" if is_long else ""

    def headers(self) -> dict[str, str]:
        """What this call adds to the headers of all."""
        if self.body is None:
            return {}
        key = header_safe(self.idempotency_key)
        return {"Content-Type": "application/json", "Idempotency-Key": key}

    def content(self) -> bytes | None:
        """The body in JSON."""
        return None if self.body is None else encoded(self.body)


def to_confirm(request: Confirm, currency: Currency) -> Ask:
    """Charge what the customer agreed to."""
    return Ask(
        call=Call.CONFIRM,
        template="/v1/payments/confirm",
        path="/v1/payments/confirm",
        body={
            "paymentKey": request.payment_key,
            "orderId": request.order_id,
            "amount": exact(request.amount, currency),
        },
        idempotency_key=request.idempotency_key,
        order_id=request.order_id,
        payment_key=request.payment_key,
    )


def to_charge(request: ChargeAgreed, currency: Currency, settings: TossSettings) -> Ask:
    """Charge by the billing key of the settings."""
    amount = exact(request.amount, currency)
    if not settings.billing_key:
        raise NotPayable("NO_BILLING_KEY", "There is no TOSS_BILLING_KEY to charge by.")
    return Ask(
        call=Call.BILLING,
        template="/v1/billing/{billingKey}",
        path=f"/v1/billing/{segment(settings.billing_key)}",
        body={
            "customerKey": settings.customer_key,
            "orderId": request.order_id,
            "orderName": request.order_name,
            "amount": amount,
        },
        idempotency_key=request.idempotency_key,
        order_id=request.order_id,
    )


def to_cancel(request: GiveBack, currency: Currency) -> Ask:
    """Give back all of the payment, or a part of it."""
    return Ask(
        call=Call.CANCEL,
        template="/v1/payments/{paymentKey}/cancel",
        path=f"/v1/payments/{segment(request.payment_key)}/cancel",
        body={
            "cancelReason": request.reason,
            "cancelAmount": exact(request.amount, currency),
        },
        idempotency_key=request.idempotency_key,
        payment_key=request.payment_key,
    )


def to_find(payment_key: str, order_id: str) -> Ask:
    """Look at the payment of this key, else at that of this order."""
    if payment_key:
        return Ask(
            call=Call.FIND,
            template="/v1/payments/{paymentKey}",
            path=f"/v1/payments/{segment(payment_key)}",
            order_id=order_id,
            payment_key=payment_key,
        )
    return Ask(
        call=Call.FIND,
        template="/v1/payments/orders/{orderId}",
        path=f"/v1/payments/orders/{segment(order_id)}",
        order_id=order_id,
    )


def segment(text: str) -> str:
    """`text` as one part of a path, which it can't leave. Raises NotPayable."""
    if text in {"", ".", ".."}:
        raise NotPayable("INVALID_PAYMENT_KEY", "No payment has such a key.")
    return quote(text, safe="", errors="replace")


def header_safe(key: str) -> str:
    """The idempotency key, or where a header can't hold it one that stands for it."""
    if _header(key):
        return key
    return hashlib.sha256(key.encode(errors="backslashreplace")).hexdigest()


def exact(amount: Decimal, currency: Currency) -> int | Decimal:
    """The amount with the currency's places. Raises ValueError where it has others."""
    written = currency.quantize(amount)
    if written != amount:
        raise ValueError(f"{amount} cannot be asked of Toss: it {currency.rule}")
    return int(written) if currency.places == 0 else written


def encoded(body: Mapping[str, Any]) -> bytes:
    """JSON in which a decimal has the very digits that it has here."""
    members = (f"{json.dumps(name)}:{_json(value)}" for name, value in body.items())
    return f"{{{','.join(members)}}}".encode()


def _json(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value)
