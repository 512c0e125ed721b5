"""The sample stock, which every installation can start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from common.conf.env import env_int

MAX_SCALE = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """A product of the sample and how many there are of it."""

    product_name: str
    quantity: int
    price: Decimal


SAMPLE: Mapping[str, Sample] = {
    "PROD001": Sample("Laptop", 50, Decimal("999.99")),
    "PROD002": Sample("Mouse", 200, Decimal("29.99")),
    "PROD003": Sample("Keyboard", 150, Decimal("79.99")),
    "PROD004": Sample("Monitor", 30, Decimal("299.99")),
    "PROD005": Sample("Headphones", 100, Decimal("149.99")),
}


def sample_scale() -> int:
    """By how much SAMPLE_STOCK_SCALE multiplies the sample's quantities."""
    return env_int("SAMPLE_STOCK_SCALE", 1, minimum=1, maximum=MAX_SCALE)
