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
    """Toss, where a secret key for it is set. Raises ConfigurationError."""
    return _instead if _is_replaced else _toss()


def auto_is_remote() -> bool:
    """True where Toss charges AUTO orders, by billing key."""
    return _chosen() == "toss" and remote() is not None


@contextmanager
def remote_set_to(provider: RemoteProvider | None) -> Iterator[None]:
    """Within the block, and on every thread, this is Toss (tests, simulation)."""
    global _instead, _is_replaced
    before = (_instead, _is_replaced)
    _instead, _is_replaced = provider, True
    try:
        yield
    finally:
        _instead, _is_replaced = before


_instead: RemoteProvider | None = None
_is_replaced = False


@lru_cache(maxsize=1)
def _toss() -> RemoteProvider | None:
    from payment_svc.payments.gateway.toss.client import Toss
    from payment_svc.payments.gateway.toss.settings import (
        require_billing,
        toss_settings,
    )

    found = toss_settings()
    if _chosen() == "toss":
        require_billing(found)
    return Toss(found) if found else None


@lru_cache(maxsize=1)
def _chosen() -> str:
    return env_choice("PAYMENT_PROVIDER", PROVIDERS, "simulator")
