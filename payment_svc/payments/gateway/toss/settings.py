"""Whether, where and with which keys Toss is asked; wrong ones stop the start."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult

from django.conf import settings

from common.conf.currency import currency
from common.conf.env import ConfigurationError, env_int, env_str, env_url
from common.conf.profile import Profile, profile

API_URL = "https://api.tosspayments.com"
SANDBOX_KEY = "test_sk_sandbox"
# Toss takes cards in won only.
CARD_CURRENCY = "KRW"

# `g` is a key of the payment widget, which has a pair of its own.
_secret_key = re.compile(r"(?P<pair>(?P<mode>test|live)_g?)sk_[A-Za-z0-9]{1,190}")
_client_key = re.compile(r"(?P<pair>(?:test|live)_g?)ck_[A-Za-z0-9]{1,190}")
_billing_key = re.compile(r"[A-Za-z0-9_=-]{1,200}")
_customer_key = re.compile(r"[A-Za-z0-9_=.@-]{2,300}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TossSettings:
    """How Toss is reached; keys are in no repr."""

    api_url: str
    secret_key: str = field(repr=False)
    client_key: str = field(default="", repr=False)
    billing_key: str = field(default="", repr=False)
    customer_key: str = field(default="", repr=False)
    timeout_s: int = 10
    breaker_reset_s: int = 5
    currency: str = "USD"


def toss_settings(*, charges_auto: bool = False) -> TossSettings | None:
    """The settings, or None where there is no key. Raises ConfigurationError.

    To charge AUTO orders it takes a secret key, and one to charge by.
    """
    if not os.environ.get("TOSS_SECRET_KEY"):
        if charges_auto:
            raise _not_for_auto("TOSS_SECRET_KEY")
        return None
    secret_key = env_str("TOSS_SECRET_KEY")
    pair = _pair(secret_key)
    found = TossSettings(
        api_url=_api_url(secret_key),
        secret_key=secret_key,
        client_key=_client_key_of(pair),
        billing_key=_billing_key_set(),
        customer_key=_customer_key_set(),
        timeout_s=settings.TOSS_TIMEOUT_S,
        breaker_reset_s=env_int("TOSS_BREAKER_RESET_S", 5, minimum=1, maximum=300),
        currency=_currency(secret_key),
    )
    if charges_auto and not (found.billing_key and found.customer_key):
        raise _not_for_auto("TOSS_BILLING_KEY and TOSS_CUSTOMER_KEY")
    return found


def _not_for_auto(needed: str) -> ConfigurationError:
    allowed = f"to charge through Toss it needs {needed}, else set it to simulator"
    return ConfigurationError("PAYMENT_PROVIDER", "toss", allowed)


def _pair(secret_key: str) -> str:
    """What secret and client key begin with alike. Raises ConfigurationError."""
    found = _secret_key.fullmatch(secret_key)
    if found is None:
        raise _wrong(
            "TOSS_SECRET_KEY",
            "it must begin with test_sk_, test_gsk_, live_sk_ or live_gsk_",
        )
    is_production = profile() is Profile.PRODUCTION
    if is_production and secret_key == SANDBOX_KEY:
        raise _wrong("TOSS_SECRET_KEY", "the sandbox's key is not for production")
    if found["mode"] == "live" and not is_production:
        raise _wrong(
            "TOSS_SECRET_KEY", "a live key moves money: APP_PROFILE must be production"
        )
    return found["pair"]


def _client_key_of(pair: str) -> str:
    client_key = os.environ.get("TOSS_CLIENT_KEY") or ""
    found = _client_key.fullmatch(client_key)
    if client_key and (found is None or found["pair"] != pair):
        allowed = f"beside this TOSS_SECRET_KEY it must be {pair}ck_…, of the same pair"
        raise _wrong("TOSS_CLIENT_KEY", allowed)
    return client_key


def _billing_key_set() -> str:
    key = os.environ.get("TOSS_BILLING_KEY") or ""
    if key and not _billing_key.fullmatch(key):
        allowed = "it must be up to 200 of A-Z a-z 0-9 _ = -, as Toss gave it"
        raise _wrong("TOSS_BILLING_KEY", allowed)
    return key


def _customer_key_set() -> str:
    key = os.environ.get("TOSS_CUSTOMER_KEY") or ""
    if key and not _customer_key.fullmatch(key):
        allowed = "it must be 2 to 300 of A-Z a-z 0-9 _ = . @ -"
        raise _wrong("TOSS_CUSTOMER_KEY", allowed)
    return key


def _api_url(secret_key: str) -> str:
    if secret_key == SANDBOX_KEY and not os.environ.get("TOSS_API_URL"):
        allowed = f"{SANDBOX_KEY} is the sandbox's key, so it must say where that is"
        raise ConfigurationError("TOSS_API_URL", None, allowed)
    url = env_url("TOSS_API_URL", API_URL, schemes=("http", "https"))
    host = _host(url)
    if url.scheme == "http" and not _is_ours(host):
        allowed = "it must be https: the secret key goes there with every call"
        raise _wrong("TOSS_API_URL", allowed)
    return url.geturl().rstrip("/")


def _host(url: SplitResult) -> str:
    """The host of an address that names one, maybe a port, and nothing else."""
    try:
        is_plain = url.port != 0 and "@" not in url.netloc
    except ValueError:
        is_plain = False
    if not (url.hostname and is_plain and url.path in {"", "/"}) or (
        url.query or url.fragment
    ):
        allowed = f"it must be an address such as {API_URL}, with nothing after it"
        raise _wrong("TOSS_API_URL", allowed)
    return url.hostname


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


def _wrong(name: str, allowed: str) -> ConfigurationError:
    """The value is in no message: it is a secret even where it is wrong."""
    return ConfigurationError(name, "not shown", allowed)
