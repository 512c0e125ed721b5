"""The facts of the choreography, one class a topic."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from common.contracts.base import (
    Code,
    Event,
    Mode,
    PaymentMethod,
    Text,
    checked_money,
    checked_toss_data,
)
from common.contracts.order import Item, Items
from common.contracts.toss import TossData


class OrderCreated(Event, kw_only=True):
    """An order waits to be paid."""

    topic: ClassVar[str] = "order.created"

    customer_id: Code
    items: Items
    total_amount: Decimal
    payment_method: PaymentMethod = PaymentMethod.AUTO

    def __post_init__(self) -> None:
        checked_money(self.total_amount, "totalAmount")


class PaymentProcessed(Event, kw_only=True):
    """The order is paid; it carries the items, for the stock listens next."""

    topic: ClassVar[str] = "payment.processed"

    payment_id: str
    customer_id: str = ""
    amount: Decimal = Decimal(0)
    items: Items
    transaction_id: str | None = None

    def __post_init__(self) -> None:
        checked_money(self.amount, "amount")


class PaymentFailed(Event, kw_only=True):
    """The order is not paid: declined, or `refunded_amount` was given back."""

    topic: ClassVar[str] = "payment.failed"

    reason: Code
    message: Text = ""
    payment_id: str | None = None
    refunded_amount: Decimal = Decimal(0)
    toss_payment_data: TossData | None = None

    def __post_init__(self) -> None:
        checked_toss_data(self.toss_payment_data)
        checked_money(self.refunded_amount, "refundedAmount")


class InventoryReserved(Event, kw_only=True):
    """The stock is set aside for the order."""

    topic: ClassVar[str] = "inventory.reserved"

    reservation_id: str
    items: tuple[Item, ...] = ()


class InventoryFailed(Event, kw_only=True):
    """No stock is set aside for the order: too little of it, or it was released."""

    topic: ClassVar[str] = "inventory.failed"

    reason: Code
    message: Text = ""


class OrderCancelled(Event, kw_only=True):
    """Somebody asked to cancel the order; what it has done must be undone.

    In choreography the chain is: stock released (`inventory.failed`), then money
    given back (`payment.failed`), then the order says CANCELLED. In orchestration
    only the orchestrator listens.
    """

    topic: ClassVar[str] = "order.cancelled"

    mode: Mode = Mode.CHOREOGRAPHY
    reason: Text = ""
    customer_id: str = ""
    requested_by: str = ""
