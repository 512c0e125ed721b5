"""How a service speaks to another one."""

from __future__ import annotations

import pytest

from common.web.peers import client_of


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The payment service wants to know who asks."""
    address = "https://me%40here:s%3Acret@payment.test/base"
    monkeypatch.setenv("PAYMENT_URL", address)


def test_the_password_is_in_a_header_only() -> None:
    """Errors show the address."""
    with client_of("payment", timeout=1) as http:
        assert str(http.base_url) == "https://payment.test/base/"
        request = http.build_request("GET", "/api/payments")
        assert "X-On-Behalf-Of" not in request.headers


def test_the_person_who_acts_is_named() -> None:
    """In letters that a header takes, whatever the name."""
    with client_of("payment", timeout=1, acting_for="Jürgen 길동\n") as http:
        assert http.headers["X-On-Behalf-Of"] == "J%C3%BCrgen%20%EA%B8%B8%EB%8F%99%0A"
