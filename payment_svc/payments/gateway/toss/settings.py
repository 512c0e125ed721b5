"""Whether, where and with which keys Toss is asked; wrong ones stop the start."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from ipaddress import ip_address

from common.conf.currency import currency
from common.conf.env import ConfigurationError, env_int, env_str, env_url
from common.conf.profile import Profile, profile

API_URL = "https://api.tosspayments.com"
SANDBOX_KEY = "test_sk_sandbox"
_secret_key = re.compile(r"(test|live)_g?sk_[A-Za-z0-9]+").fullmatch
# Toss takes cards in won only.
CARD_CURRENCY = "KRW"


@dataclass(frozen=True, slots=True, kw_only=True)
class TossSettings:
    """How Toss is reached; keys are in no repr."""

    api_url: str
    secret_key: str = field(repr=False)
    billing_key: str = field(default="", repr=False)
    customer_key: str = field(default="", repr=False)
    timeout_s: int = 10
    breaker_reset_s: int = 5
    currency: str = "USD"


def toss_settings() -> TossSettings | None:
    """The settings, or None where there is no key. Raises ConfigurationError."""
    if not os.environ.get("TOSS_SECRET_KEY"):
        return None
    secret_key = env_str("TOSS_SECRET_KEY")
    _check_key(secret_key)
    return TossSettings(
        api_url=_api_url(),
        secret_key=secret_key,
        billing_key=os.environ.get("TOSS_BILLING_KEY", ""),
        customer_key=os.environ.get("TOSS_CUSTOMER_KEY", ""),
        timeout_s=env_int("TOSS_TIMEOUT_S", 10, minimum=1, maximum=60),
        breaker_reset_s=env_int("TOSS_BREAKER_RESET_S", 5, minimum=1, maximum=300),
        currency=_currency(secret_key),
    )


def require_billing(found: TossSettings | None) -> None:
    """Raise ConfigurationError unless Toss can charge without a customer."""
    name = "PAYMENT_PROVIDER"
    if found is None:
        raise ConfigurationError(name, "toss", "it needs TOSS_SECRET_KEY")
    if not (found.billing_key and found.customer_key):
        allowed = "it needs TOSS_BILLING_KEY and TOSS_CUSTOMER_KEY"
        raise ConfigurationError(name, "toss", allowed)


def _check_key(secret_key: str) -> None:
    is_production = profile() is Profile.PRODUCTION
    # The value itself is in no message: it is a secret even where it is wrong.
    if secret_key == SANDBOX_KEY:
        if is_production:
            raise _wrong_key("the sandbox's key is not for production")
        return
    if not _secret_key(secret_key):
        raise _wrong_key(
            "it must begin with test_sk_, test_gsk_, live_sk_ or live_gsk_"
        )
    if secret_key.startswith("live_") and not is_production:
        raise _wrong_key("a live key moves money: APP_PROFILE must be production")


def _wrong_key(allowed: str) -> ConfigurationError:
    return ConfigurationError("TOSS_SECRET_KEY", "(not shown)", allowed)


def _api_url() -> str:
    url = env_url("TOSS_API_URL", API_URL, schemes=("http", "https"))
    if url.scheme == "http" and not _is_ours(url.hostname or ""):
        allowed = "it must be https: the secret key goes there with every call"
        raise ConfigurationError("TOSS_API_URL", url.geturl(), allowed)
    return url.geturl().rstrip("/")


def _is_ours(host: str) -> bool:
    """True for this machine, and for a container's plain name outside production."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return "." not in host and profile() is not Profile.PRODUCTION


def _currency(secret_key: str) -> str:
    code = currency().code
    if secret_key != SANDBOX_KEY and code != CARD_CURRENCY:
        allowed = f"Toss takes {CARD_CURRENCY} from cards: set CURRENCY={CARD_CURRENCY}"
        raise ConfigurationError("CURRENCY", code, allowed)
    return code
