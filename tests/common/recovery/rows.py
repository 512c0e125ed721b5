"""Recoveries, made with what a test does not care about filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from common.contracts.base import Refused
from common.recovery import services
from common.recovery.models import Recovery
from common.recovery.services import Heard

NOW = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)
TOSS = {"status": "DONE", "paymentKey": "key-1", "totalAmount": 59.98}
REFUSAL = Refused(
    reason="TOSS_SUCCESS_DB_FAILED", message="not saved", toss_payment_data=TOSS
)


def heard(number: int = 1, **fields: Any) -> Heard:
    """What a saga was told of its charge."""
    defaults: dict[str, Any] = {
        "recovery_id": f"SAGA-{number}/2",
        "order_id": f"ORD-{number}",
        "saga_id": f"SAGA-{number}",
        "customer_id": "CUST-1",
        "amount": Decimal("59.98"),
        "refusal": REFUSAL,
        "caused_by": f"SAGA-{number}/2/reply/toss-success",
    }
    return Heard(**{**defaults, **fields})


def row(number: int = 1, **fields: Any) -> Recovery:
    """The same as it is stored; nothing is stored."""
    return services._row(heard(number, **fields), NOW)
