"""What the order service is told, and what it answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

import msgspec

from common.contracts.base import (
    Code,
    Command,
    PaymentMethod,
    Record,
    Text,
    checked_money,
)

MAX_QUANTITY = 1_000_000
MAX_ITEMS = 100


class Item(Record, kw_only=True):
    """One line of an order: a product, how many of it, and the price of one."""

    product_id: Code
    product_name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MAX_QUANTITY)]
    price: Decimal

    def __post_init__(self) -> None:
        checked_money(self.price, "price")


Items = Annotated[tuple[Item, ...], msgspec.Meta(min_length=1, max_length=MAX_ITEMS)]


def total_of(items: tuple[Item, ...]) -> Decimal:
    """The sum of quantity x price, exact."""
    return sum((item.price * item.quantity for item in items), Decimal(0))


class CreateOrder(Command, kw_only=True):
    """Open the order; undone by CancelOrder."""

    name: ClassVar[str] = "CREATE_ORDER"
    to: ClassVar[str] = "order"

    customer_id: Code
    items: Items
    total_amount: Decimal
    payment_method: PaymentMethod = PaymentMethod.AUTO

    def __post_init__(self) -> None:
        checked_money(self.total_amount, "totalAmount")


class CompleteOrder(Command, kw_only=True):
    """Say that the order is paid and reserved; it cannot be refused."""

    name: ClassVar[str] = "COMPLETE_ORDER"
    to: ClassVar[str] = "order"

    payment_id: str | None = None
    reservation_id: str | None = None


class CancelOrder(Command, kw_only=True):
    """Close the order without a sale.

    `paid` tells a cancelled order (money had moved, or the customer asked) from a
    failed one (it was never paid).
    """

    name: ClassVar[str] = "CANCEL_ORDER"
    to: ClassVar[str] = "order"

    reason: Text = ""
    failed: bool = False
    # What a tombstone needs when the order never arrived:
    customer_id: str = ""
    items: tuple[Item, ...] = ()
