"""How long a customer may take to pay; the services that wait for it agree on it."""

from __future__ import annotations

from common.conf.env import env_int


def confirm_within() -> int:
    """Seconds from the order to the customer's confirmation (TOSS_CONFIRM_WITHIN_S)."""
    return env_int("TOSS_CONFIRM_WITHIN_S", 600, minimum=5)
