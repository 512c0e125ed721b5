"""What the payment service is told, and what it answers."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from common.contracts.base import (
    Code,
    Command,
    Done,
    PaymentMethod,
    Text,
    checked_money,
)


class PaymentProcessed(Done, kw_only=True):
    """The customer was charged."""

    payment_id: str
    transaction_id: str | None = None


class ProcessPayment(Command, kw_only=True):
    """Charge the customer for the order; undone by RefundPayment."""

    name: ClassVar[str] = "PROCESS_PAYMENT"
    to: ClassVar[str] = "payment"
    done: ClassVar[type[Done]] = PaymentProcessed

    customer_id: Code
    amount: Decimal
    payment_method: PaymentMethod = PaymentMethod.AUTO

    def __post_init__(self) -> None:
        checked_money(self.amount, "amount")


class RefundPayment(Command, kw_only=True):
    """Give all of the money back, or see to it that it is never taken.

    It works when the charge never arrived (`payment_id` is unknown): the service
    finds the payment by order and attempt, or leaves a cancelled one as tombstone.
    """

    name: ClassVar[str] = "REFUND_PAYMENT"
    to: ClassVar[str] = "payment"

    reason: Text = ""
    payment_id: str | None = None
    customer_id: str = ""
    amount: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        checked_money(self.amount, "amount")
