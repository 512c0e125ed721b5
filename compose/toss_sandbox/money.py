"""Amounts: exact inside, JSON numbers outside."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.conf import settings

from compose.toss_sandbox.errors import TossError

PLACES = {"KRW": 0, "USD": 2}
SIGNS = {"KRW": "₩", "USD": "$"}
LARGEST = Decimal("999999999999.99")
_written = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII).fullmatch


def amount_in(value: Any) -> Decimal:
    """The amount in a request. Raises TossError."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TossError("INVALID_REQUEST", "amount must be a number.")
    amount = Decimal(value)
    if not amount.is_finite() or not 0 < amount <= LARGEST:
        raise TossError("BELOW_MINIMUM_AMOUNT")
    places = PLACES[settings.CURRENCY]
    if amount != round(amount, places):
        raise TossError(
            "INVALID_REQUEST",
            f"An amount in {settings.CURRENCY} has at most {places} decimal places.",
        )
    return amount


def amount_written(text: str) -> Decimal:
    """The amount in an address. Raises TossError."""
    if not _written(text):
        raise TossError("INVALID_REQUEST", "amount must be a number such as 29.99.")
    return amount_in(Decimal(text))


def number(amount: Decimal) -> int | float:
    """The amount as JSON has it: exact, for so few digits."""
    whole = amount == amount.to_integral_value()
    return int(amount) if whole else float(amount)


def for_people(amount: Decimal, currency: str) -> str:
    """The amount as a page shows it: $1,234.50 or ₩1,234."""
    return f"{SIGNS[currency]}{amount:,.{PLACES[currency]}f}"
