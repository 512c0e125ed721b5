"""What the inventory service is told, and what it answers."""

from __future__ import annotations

from typing import ClassVar

from common.contracts.base import Command, Done, Text
from common.contracts.order import Items


class InventoryReserved(Done, kw_only=True):
    """The stock is set aside for the order."""

    reservation_id: str


class ReserveInventory(Command, kw_only=True):
    """Set the items aside, all or none; undone by ReleaseInventory."""

    name: ClassVar[str] = "RESERVE_INVENTORY"
    to: ClassVar[str] = "inventory"
    done: ClassVar[type[Done]] = InventoryReserved

    items: Items


class ReleaseInventory(Command, kw_only=True):
    """Give the stock back, or see to it that it is never set aside."""

    name: ClassVar[str] = "RELEASE_INVENTORY"
    to: ClassVar[str] = "inventory"

    reason: Text = ""
    reservation_id: str | None = None
