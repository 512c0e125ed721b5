"""The working copy of the products and reservations that one batch touches.

Rows are loaded in one query a model, changed in memory by the rules, and each is
written once, however many orders of the batch want the same product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from common import faults
from common.contracts.base import Refused
from common.contracts.order import Item
from common.storage.bulk import insert_rows, update_rows
from inventory_svc.stock.domain import (
    INSUFFICIENT_STOCK,
    Happening,
    after,
    objection,
    quantities,
)
from inventory_svc.stock.models import Product, Reservation

PRODUCT_FIELDS = ("available_quantity", "reserved_quantity", "updated_at")
RESERVATION_FIELDS = ("status", "reason", "updated_at")


class Shelves:
    """Products and reservations by id, and what changed since they were read."""

    def __init__(
        self,
        products: Iterable[Product],
        reservations: Iterable[Reservation],
        now: datetime,
    ) -> None:
        self._products = {product.product_id: product for product in products}
        self._reservations = {each.reservation_id: each for each in reservations}
        self._now = now
        self._opened: list[Reservation] = []
        self._closed: dict[str, Reservation] = {}
        self._moved: dict[str, Product] = {}

    def find(self, reservation_id: str) -> Reservation | None:
        """The reservation of this id, if there is one."""
        return self._reservations.get(reservation_id)

    def reserve(self, reservation: Reservation, items: Sequence[Item]) -> None:
        """Set all items aside, or none and note why."""
        refused = objection(items, self._products) or _injected(reservation)
        reservation.items = [line_of(item) for item in items]
        if refused is not None:
            self._open(reservation, Happening.REFUSED)
            reservation.failure_code = refused.reason
            reservation.reason = refused.message
            return
        self._open(reservation, Happening.SET_ASIDE)
        self._move(quantities(items), 1)

    def release(self, reservation: Reservation, reason: str) -> None:
        """Put back what the reservation holds."""
        reservation.status = after(reservation.status, Happening.GIVEN_UP)
        reservation.reason = reason
        reservation.updated_at = self._now
        if not reservation._state.adding:
            self._closed[reservation.reservation_id] = reservation
        self._move(held_by(reservation), -1)

    def forestall(self, reservation: Reservation, reason: str) -> None:
        """Leave a tombstone: what comes later for this attempt is refused."""
        self._open(reservation, Happening.GIVEN_UP)
        reservation.reason = reason

    def save(self) -> None:
        """Write what changed, each row once. Raises Conflict, IntegrityError."""
        insert_rows(Reservation, self._opened)
        update_rows(Reservation, list(self._closed.values()), RESERVATION_FIELDS)
        update_rows(Product, list(self._moved.values()), PRODUCT_FIELDS)

    def _open(self, reservation: Reservation, happening: Happening) -> None:
        reservation.status = after(None, happening)
        reservation.created_at = reservation.updated_at = self._now
        self._reservations[reservation.reservation_id] = reservation
        self._opened.append(reservation)

    def _move(self, amounts: Mapping[str, int], sign: int) -> None:
        """From available to reserved, or back with sign -1."""
        for product_id, amount in amounts.items():
            product = self._products[product_id]
            product.available_quantity -= sign * amount
            product.reserved_quantity += sign * amount
            product.updated_at = self._now
            self._moved[product_id] = product


def _injected(reservation: Reservation) -> Refused | None:
    if not faults.happens("inventory.no-stock", to=reservation.reservation_id):
        return None
    return Refused(
        reason=INSUFFICIENT_STOCK,
        message="a fault was turned on at inventory.no-stock",
    )


def line_of(item: Item) -> dict[str, Any]:
    """A line as the reservation keeps it."""
    return {
        "productId": item.product_id,
        "productName": item.product_name,
        "quantity": item.quantity,
        "price": str(item.price),
    }


def held_by(reservation: Reservation) -> dict[str, int]:
    """How many of each product the reservation's lines name."""
    found: dict[str, int] = {}
    for line in reservation.items:
        found[line["productId"]] = found.get(line["productId"], 0) + line["quantity"]
    return found
