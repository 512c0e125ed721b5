"""Asking the payment service, over HTTP, to ensure a payment."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from common.contracts.base import Refused
from common.contracts.payment import PaymentProcessed
from common.recovery.claim import claim_of, refusal_of
from common.recovery.models import Recovery
from common.web import peers

PATH = "/api/payments/create-from-toss"
# It asks Toss meanwhile, and may have to give money back.
TIMEOUT = httpx.Timeout(30.0, connect=2.0)
# Refusals that say that the customer's money is, or was, at Toss; others deny it.
CHARGED = frozenset({"PAYMENT_REFUNDED", "PAYMENT_CANCELLED", "AMOUNT_MISMATCH"})
MAX_MESSAGE = 1000

Finding = PaymentProcessed | Refused


class NotTaken(Exception):
    """The payment service does not understand the question: a person should look."""


class _Paid(msgspec.Struct, rename="camel"):
    payment_id: str
    transaction_id: str | None = None


class _Ensured(msgspec.Struct):
    payment: _Paid


def ensure(row: Recovery) -> Finding:
    """The payment as it is booked, or why it cannot be.

    Raises NoAnswer, NotTaken.
    """
    try:
        told = peers.post("payment", PATH, claim_of(row), timeout=TIMEOUT)
    except peers.Refused as refused:
        said = f"{refused.code}: {refused.detail}"[:MAX_MESSAGE]
        if refused.status == httpx.codes.CONFLICT:
            return _refused(refusal_of(row), refused.code, said)
        why = f"the payment service answers {refused.status}: {said}"
        raise NotTaken(why) from None
    except peers.NoAnswer as error:
        if not error.is_strange:
            raise
        why = f"what answers {error.status} there is no payment service of ours"
        raise NotTaken(why) from None
    return _paid(told)


def _refused(heard: Refused, code: str, said: str) -> Refused:
    """The refusal that was heard, which is one; where nothing was charged, as such."""
    data = heard.toss_payment_data if code in CHARGED else None
    return msgspec.structs.replace(heard, message=said, toss_payment_data=data)


def _paid(told: Any) -> PaymentProcessed:
    try:
        paid = msgspec.convert(told, _Ensured).payment
    except msgspec.ValidationError:
        raise NotTaken("the payment service's answer names no payment") from None
    return PaymentProcessed(
        payment_id=paid.payment_id, transaction_id=paid.transaction_id
    )
