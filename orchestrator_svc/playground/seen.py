"""What the four services say of the orders of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

# Payments in these states took money; what went back is named beside.
CHARGED = frozenset({"SUCCESS", "REFUNDED", "TOSS_SUCCESS_DB_FAILED"})


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """What the order service says of an order."""

    status: str
    total: Decimal
    began: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentSeen:
    """A payment for it; of one that took no money both amounts count as nothing."""

    order_id: str
    status: str
    amount: Decimal
    refunded: Decimal

    @property
    def charged(self) -> Decimal:
        """What was taken."""
        return self.amount if self.status in CHARGED else Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All of it, by order; of a saga its status.

    `silent` are the services whose word here is of before.
    """

    sagas: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, OrderSeen] = field(default_factory=dict)
    payments: Sequence[PaymentSeen] = ()
    held: Mapping[str, int] = field(default_factory=dict)
    silent: Sequence[str] = ()
