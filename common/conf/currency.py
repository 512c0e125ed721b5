"""The currency of the whole system: one setting, the same for all services."""

from __future__ import annotations

from common.conf.env import env_choice
from common.contracts.money import CURRENCIES, Currency


def currency() -> Currency:
    """What prices, totals and payments are in (CURRENCY)."""
    return CURRENCIES[env_choice("CURRENCY", tuple(CURRENCIES), "USD")]
