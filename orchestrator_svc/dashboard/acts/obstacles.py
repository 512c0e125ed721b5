"""What would make a retry be refused again, as the inventory says now.

A forecast is of what happens when all goes well; this is why it may not. Where the
inventory does not answer nothing is said: the retry will find out by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from common.contracts.order import Item
from common.web import peers

TIME_LIMIT_S = 1.5
# Of an order with more lines the first are looked at: this is a warning, no check.
LOOKED_AT = 10


def obstacles(items: Sequence[Item]) -> list[str]:
    """A sentence for each line of the order that the inventory would refuse now."""
    try:
        with peers.reading("inventory"):
            return [
                sentence
                for item in items[:LOOKED_AT]
                for sentence in _against(item, _product(item.product_id))
            ]
    except (peers.NoAnswer, peers.Refused):
        return []


def _product(product_id: str) -> dict[str, Any] | None:
    path = f"/api/inventory/{product_id}"
    return peers.find("inventory", path, timeout=TIME_LIMIT_S)


def _against(item: Item, product: dict[str, Any] | None) -> Iterator[str]:
    if product is None:
        yield gettext("There is no product %(product)s.") % {"product": item.product_id}
        return
    left, price = int(product["availableQuantity"]), Decimal(str(product["price"]))
    if left < item.quantity:
        yield gettext(
            "Only %(left)s of %(product)s are in stock; the order takes %(pieces)s."
        ) % {"left": left, "product": item.product_id, "pieces": item.quantity}
    if price != item.price:
        yield gettext(
            "%(product)s costs %(price)s now; the order says %(ordered)s."
        ) % {"product": item.product_id, "price": price, "ordered": item.price}
