"""What the payment service is told: where to look, and how to name what it finds.

Nothing here is believed by it; it reads all of it back from Toss.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from common.contracts import money
from common.contracts.base import Refused
from common.contracts.toss import TossData
from common.recovery.models import Recovery

is_id = re.compile(r"[A-Za-z0-9._:@-]{1,64}").fullmatch
_is_key = re.compile(r"[A-Za-z0-9._=-]{1,200}").fullmatch


def refusal_of(row: Recovery) -> Refused:
    """What was heard when the recovery began."""
    return msgspec.json.decode(row.refusal, type=Refused)


def claim_of(row: Recovery) -> dict[str, Any]:
    """The body of `create-from-toss`; what is not known is left out."""
    data = refusal_of(row).toss_payment_data or {}
    known = {
        "paymentId": row.payment_id,
        "orderId": row.order_id,
        "customerId": row.customer_id,
        "amount": money.current().quantize(row.amount),
        "status": "DONE",
        "paymentKey": _key_in(data),
        "sagaId": row.saga_id,
        "attempt": row.attempt,
        "tossPaymentData": data,
    }
    return {name: value for name, value in known.items() if value != ""}


def _key_in(data: TossData) -> str:
    key = data.get("paymentKey")
    return key if isinstance(key, str) and _is_key(key) else ""
