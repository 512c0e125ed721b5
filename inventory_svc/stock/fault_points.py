"""Where faults can be turned on in the inventory, beside those of every service."""

from __future__ import annotations

from common.faults.points import FAIL, Point

POINTS = (
    Point(
        "inventory.no-stock",
        "A reservation is refused as INSUFFICIENT_STOCK, whatever the shelves hold.",
        (FAIL,),
    ),
)
