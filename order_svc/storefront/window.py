"""Where a customer enters a card: Toss's own window, its sandbox's, or nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode, urlsplit

from common.conf.env import ConfigurationError
from common.conf.profile import Profile, profile

TOSS_SCRIPT = "https://js.tosspayments.com/v2/standard"
# What Toss's script needs on the one page that loads it; frames and calls are its own.
TOSS_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'; script-src 'self' https://js.tosspayments.com; "
    "frame-src https://*.tosspayments.com; "
    "connect-src 'self' https://*.tosspayments.com; "
    "img-src 'self' data: https://*.tosspayments.com https://static.toss.im; "
    "style-src 'self' 'unsafe-inline'"
)
_client_key = re.compile(r"(?P<mode>test|live)_(?P<widget>g?)ck_[A-Za-z0-9]{1,190}")


class Kind(StrEnum):
    """Whose window it is."""

    NONE = "none"
    SANDBOX = "sandbox"
    TOSS = "toss"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentWindow:
    """The window of this shop."""

    kind: Kind
    client_key: str = ""
    url: str = ""

    @property
    def is_open(self) -> bool:
        """True where a customer can pay by card here."""
        return self.kind is not Kind.NONE

    def address(self, **query: str) -> str:
        """The sandbox's page that asks for the card."""
        return f"{self.url}?{urlencode({'clientKey': self.client_key, **query})}"


def payment_window(*, window_url: str, client_key: str) -> PaymentWindow:
    """The window that the environment names. Raises ConfigurationError."""
    if not client_key:
        return PaymentWindow(kind=Kind.NONE)
    if window_url:
        _check_sandbox(window_url)
        return PaymentWindow(kind=Kind.SANDBOX, client_key=client_key, url=window_url)
    found = _client_key.fullmatch(client_key)
    if found is None:
        raise ConfigurationError(
            "TOSS_CLIENT_KEY",
            client_key,
            "it must begin with test_ck_, test_gck_, live_ck_ or live_gck_",
        )
    if found["mode"] == "live" and profile() is not Profile.PRODUCTION:
        raise ConfigurationError(
            "TOSS_CLIENT_KEY",
            client_key,
            "a live key moves money: APP_PROFILE must be production",
        )
    return PaymentWindow(kind=Kind.TOSS, client_key=client_key)


def _check_sandbox(url: str) -> None:
    if urlsplit(url).scheme not in {"http", "https"}:
        allowed = "it must be the address of the sandbox's window"
        raise ConfigurationError("TOSS_WINDOW_URL", url, allowed)
    if profile() is Profile.PRODUCTION:
        allowed = "the sandbox moves no money: it is for demo and test only"
        raise ConfigurationError("TOSS_WINDOW_URL", url, allowed)
