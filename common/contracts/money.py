"""The currency that amounts are in: one for the process, told before its first amount.

No Django, no I/O, no clock: `use` is told what the environment says, and a check reads
two attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """A currency by its ISO 4217 code, and which amounts of it can be booked."""

    code: str
    places: int
    unit: Decimal
    largest: Decimal

    def quantize(self, amount: Decimal) -> Decimal:
        """The same amount, written with this currency's places."""
        return amount.quantize(self.unit)

    @property
    def rule(self) -> str:
        """What an amount must keep to, as the end of a sentence."""
        if self.places == 0:
            return f"must be a whole amount: {self.code} has no decimal places"
        return f"must have at most {self.places} decimal places"


USD = Currency(
    code="USD", places=2, unit=Decimal("0.01"), largest=Decimal("999999999999.99")
)
KRW = Currency(code="KRW", places=0, unit=Decimal(1), largest=Decimal(999_999_999_999))
CURRENCIES = {currency.code: currency for currency in (USD, KRW)}


class _Chosen:
    currency = USD


def current() -> Currency:
    """The currency of this process."""
    return _Chosen.currency


def current_code() -> str:
    """Its code: what a payment is stored with."""
    return _Chosen.currency.code


def use(currency: Currency) -> None:
    """From now on all amounts of this process, on all threads, are in `currency`."""
    _Chosen.currency = currency


@contextmanager
def used(currency: Currency) -> Iterator[None]:
    """Within the block all amounts are in `currency` (for tests)."""
    before = current()
    use(currency)
    try:
        yield
    finally:
        use(before)
