"""Which orders a run sends: decided when it starts, the same however often it is asked.

Pure: no Django, no clock, no chance. What is mixed goes round in order, so that both
patterns get the very same orders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from common.contracts.base import Mode
from common.contracts.order import Item

MAX_ORDERS = 500
MIXED = 0
QUANTITIES = (1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What may be ordered, at the price of the stock."""

    product_id: str
    name: str
    price: Decimal

    def as_json(self) -> dict[str, str]:
        """As a run keeps it."""
        return {"id": self.product_id, "name": self.name, "price": str(self.price)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Product:
        """What `as_json` wrote."""
        price = Decimal(kept["price"])
        return cls(product_id=kept["id"], name=kept["name"], price=price)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One order of a run."""

    number: int
    mode: Mode
    item: Item

    @property
    def total(self) -> Decimal:
        """What it costs."""
        return self.item.price * self.item.quantity


@dataclass(frozen=True, slots=True)
class Plan:
    """`total` orders, their patterns in turn; a quantity of MIXED goes round, too."""

    total: int
    modes: Sequence[Mode]
    products: Sequence[Product]
    quantity: int

    def order(self, number: int) -> Planned:
        """The order of this number, from 0 on."""
        pair = number // len(self.modes)
        product = self.products[pair % len(self.products)]
        mixed = QUANTITIES[pair // len(self.products) % len(QUANTITIES)]
        return Planned(
            number=number,
            mode=self.modes[number % len(self.modes)],
            item=Item(
                product_id=product.product_id,
                product_name=product.name,
                quantity=self.quantity or mixed,
                price=product.price,
            ),
        )

    def orders(self) -> list[Planned]:
        """All of them."""
        return [self.order(number) for number in range(self.total)]
