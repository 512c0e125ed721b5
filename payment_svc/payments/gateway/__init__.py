"""The payment provider: chosen here, by PAYMENT_PROVIDER, and nowhere else."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache

from common.conf.env import ConfigurationError, env_choice, env_str
from payment_svc.payments.gateway.port import PaymentProvider

PROVIDERS = ("simulator",)
DECLINE_RATE = "PAYMENT_SIMULATOR_DECLINE_RATE"


@lru_cache(maxsize=1)
def provider() -> PaymentProvider:
    """The provider of this process. Raises ConfigurationError for one not served."""
    from payment_svc.payments.gateway.simulator import Simulator

    env_choice("PAYMENT_PROVIDER", PROVIDERS, "simulator")
    return Simulator(decline_rate())


def decline_rate() -> Decimal:
    """The share of charges that the simulator declines by chance."""
    text = env_str(DECLINE_RATE, "0")
    try:
        rate = Decimal(text)
    except InvalidOperation:
        rate = Decimal("NaN")
    if not (rate.is_finite() and 0 <= rate <= 1):
        raise ConfigurationError(DECLINE_RATE, text, "it must be a number from 0 to 1")
    return rate
