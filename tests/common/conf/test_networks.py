"""In demo, networks can count as this machine; in production none does."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from common.conf.env import ConfigurationError
from common.conf.networks import demo_networks


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo that was told nothing."""
    for name in ("APP_PROFILE", "DEMO_NETWORKS"):
        monkeypatch.delenv(name, raising=False)


def test_demo_can_be_open_to_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """None by default, and none in production."""
    assert demo_networks() == []
    monkeypatch.setenv("DEMO_NETWORKS", "172.30.81.0/24, fd00::/8")
    named = [ip_network("172.30.81.0/24"), ip_network("fd00::/8")]
    assert demo_networks() == named
    monkeypatch.setenv("APP_PROFILE", "production")
    assert demo_networks() == []


@pytest.mark.parametrize("text", ["everybody", "172.30.81.1/24"])
def test_a_network_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """A name, or an address within a network."""
    monkeypatch.setenv("DEMO_NETWORKS", text)
    with pytest.raises(ConfigurationError, match="DEMO_NETWORKS"):
        demo_networks()
