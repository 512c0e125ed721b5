"""Products as the stock has them, and what of them is in a cart; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from common.contracts.order import MAX_ITEMS, MAX_QUANTITY

FEW = 10


class Shelf(StrEnum):
    """How much there is, as a customer sees it."""

    PLENTY = "plenty"
    FEW = "few"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product with its price and what is left of it now."""

    product_id: str
    name: str
    price: Decimal
    available: int

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """From the inventory's JSON."""
        return cls(
            product_id=row["productId"],
            name=row["productName"] or row["productId"],
            price=Decimal(row["price"]),
            available=int(row["availableQuantity"]),
        )

    @property
    def shelf(self) -> Shelf:
        """How much there is."""
        if self.available <= 0:
            return Shelf.NONE
        return Shelf.FEW if self.available <= FEW else Shelf.PLENTY


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one product."""

    product: Product
    quantity: int

    @property
    def amount(self) -> Decimal:
        """What they cost together."""
        return self.product.price * self.quantity

    @property
    def is_short(self) -> bool:
        """True where the shelf has less."""
        return self.quantity > self.product.available


@dataclass(frozen=True, slots=True)
class Basket:
    """What the customer wants, at the prices of now."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """What all of it costs."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def count(self) -> int:
        """How many pieces it is."""
        return sum(line.quantity for line in self.lines)

    @property
    def short(self) -> tuple[Line, ...]:
        """The lines that the shelf has too little for."""
        return tuple(line for line in self.lines if line.is_short)

    @property
    def items(self) -> list[dict[str, Any]]:
        """As an order's JSON has them."""
        return [
            {
                "productId": line.product.product_id,
                "productName": line.product.name,
                "quantity": line.quantity,
                "price": line.product.price,
            }
            for line in self.lines
        ]


def basket(wanted: Mapping[str, int], products: Sequence[Product]) -> Basket:
    """The cart's lines in the order of the shelves; what is no longer sold is gone."""
    return Basket(
        tuple(
            Line(product, wanted[product.product_id])
            for product in products
            if wanted.get(product.product_id, 0) > 0
        )
    )


def changed(
    wanted: Mapping[str, int], product_id: str, quantity: int
) -> dict[str, int]:
    """The cart with so many of a product; none takes it out, too many is the most."""
    others = {one: count for one, count in wanted.items() if one != product_id}
    if quantity <= 0 or len(others) >= MAX_ITEMS:
        return others
    return {**others, product_id: min(quantity, MAX_QUANTITY)}
