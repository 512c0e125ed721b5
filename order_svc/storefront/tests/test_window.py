"""Whose payment window a shop has, and what it refuses to start with."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from common.conf.env import ConfigurationError
from order_svc.storefront.window import Kind, payment_window

SANDBOX = "http://127.0.0.1:3900/window"


@pytest.mark.parametrize(
    ("url", "key", "kind"),
    [
        ("", "", Kind.NONE),
        (SANDBOX, "", Kind.NONE),
        (SANDBOX, "test_ck_sandbox", Kind.SANDBOX),
        ("", "test_ck_abc", Kind.TOSS),
        ("", "test_gck_abc", Kind.TOSS),
    ],
)
def test_the_environment_says_whose_window_it_is(
    url: str, key: str, kind: Kind
) -> None:
    """Without a key nobody takes cards."""
    found = payment_window(window_url=url, client_key=key)
    assert found.kind is kind
    assert found.is_open is (kind is not Kind.NONE)


@pytest.mark.parametrize(
    ("url", "key", "sentence"),
    [
        ("", "test_sk_secret", "it must begin with test_ck_"),
        ("", "live_ck_abc", "APP_PROFILE must be production"),
        ("ftp://x/window", "test_ck_sandbox", "the address of the sandbox's window"),
    ],
)
def test_what_can_not_be_is_refused_at_the_start(
    url: str, key: str, sentence: str
) -> None:
    """A secret key would be shown to every customer; it is in no message either."""
    with pytest.raises(ConfigurationError, match=sentence) as caught:
        payment_window(window_url=url, client_key=key)
    assert "secret" not in str(caught.value)


def test_production_has_no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """And may have a live key."""
    monkeypatch.setenv("APP_PROFILE", "production")
    with pytest.raises(ConfigurationError, match="moves no money"):
        payment_window(window_url=SANDBOX, client_key="test_ck_sandbox")
    assert payment_window(window_url="", client_key="live_ck_abc").is_open


def test_the_sandboxs_address_holds_what_it_is_told() -> None:
    """Hostile names are escaped."""
    found = payment_window(window_url=SANDBOX, client_key="test_ck_sandbox")
    query = parse_qs(urlsplit(found.address(orderName="a&b=<c>")).query)
    assert query == {"clientKey": ["test_ck_sandbox"], "orderName": ["a&b=<c>"]}
