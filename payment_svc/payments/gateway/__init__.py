"""The payment provider: chosen here, by PAYMENT_PROVIDER, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from common.conf.env import ConfigurationError, env_choice, env_str
from payment_svc.payments.gateway.port import PaymentProvider
from payment_svc.payments.gateway.remote import RemoteProvider

PROVIDERS = ("simulator", "toss")
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


def remote() -> RemoteProvider | None:
    """Toss, where a secret key for it is set."""
    return _remote


def auto_is_remote() -> bool:
    """True where Toss charges AUTO orders, by billing key."""
    return _remote is not None and env_str("PAYMENT_PROVIDER", "simulator") == "toss"


_remote: RemoteProvider | None = None


@contextmanager
def remote_set_to(provider: RemoteProvider | None) -> Iterator[None]:
    """Within the block, and on every thread, this is Toss (tests, simulation)."""
    global _remote  # noqa: PLW0603
    before, _remote = _remote, provider
    try:
        yield
    finally:
        _remote = before
