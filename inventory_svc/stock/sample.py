"""The sample stock, which every installation can start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from common.conf.env import env_int
from common.contracts.money import current_code

MAX_SCALE = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """A product of the sample and how many there are of it."""

    product_name: str
    quantity: int
    price: Decimal


SAMPLES: Mapping[str, Mapping[str, Sample]] = {
    "USD": {
        "PROD001": Sample("Laptop", 50, Decimal("999.99")),
        "PROD002": Sample("Mouse", 200, Decimal("29.99")),
        "PROD003": Sample("Keyboard", 150, Decimal("79.99")),
        "PROD004": Sample("Monitor", 30, Decimal("299.99")),
        "PROD005": Sample("Headphones", 100, Decimal("149.99")),
    },
    "KRW": {
        "PROD001": Sample("Laptop", 50, Decimal(1_350_000)),
        "PROD002": Sample("Mouse", 200, Decimal(39_000)),
        "PROD003": Sample("Keyboard", 150, Decimal(99_000)),
        "PROD004": Sample("Monitor", 30, Decimal(390_000)),
        "PROD005": Sample("Headphones", 100, Decimal(199_000)),
    },
}


def sample() -> Mapping[str, Sample]:
    """The sample's products, priced in the currency of the process."""
    return SAMPLES[current_code()]


def sample_scale() -> int:
    """By how much SAMPLE_STOCK_SCALE multiplies the sample's quantities."""
    return env_int("SAMPLE_STOCK_SCALE", 1, minimum=1, maximum=MAX_SCALE)
