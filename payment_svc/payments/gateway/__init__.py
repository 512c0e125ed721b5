"""The payment provider: chosen here, by PAYMENT_PROVIDER, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from common.conf.env import ConfigurationError, env_choice, env_str
from payment_svc.payments.gateway.port import PaymentProvider
from payment_svc.payments.gateway.remote import RemoteProvider

SIMULATOR, TOSS = "simulator", "toss"
PROVIDERS = (SIMULATOR, TOSS)
DECLINE_RATE = "PAYMENT_SIMULATOR_DECLINE_RATE"


@lru_cache(maxsize=1)
def provider() -> PaymentProvider:
    """The provider with books in our database. Raises ConfigurationError."""
    from payment_svc.payments.gateway.simulator import Simulator

    _chosen()
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
    return _chosen() == TOSS and remote() is not None


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
    """The one client of this process, and so its one pool of connections."""
    from payment_svc.payments.gateway.toss.client import Toss
    from payment_svc.payments.gateway.toss.settings import toss_settings

    found = toss_settings(charges_auto=_chosen() == TOSS)
    return Toss(found) if found else None


def _chosen() -> str:
    return env_choice("PAYMENT_PROVIDER", PROVIDERS, SIMULATOR)
