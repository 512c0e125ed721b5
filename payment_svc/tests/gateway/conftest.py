"""Every test of the gateway begins without keys, and chooses anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from payment_svc.payments import gateway

VARIABLES = (
    "PAYMENT_PROVIDER",
    "TOSS_API_URL",
    "TOSS_BILLING_KEY",
    "TOSS_BREAKER_RESET_S",
    "TOSS_CLIENT_KEY",
    "TOSS_CUSTOMER_KEY",
    "TOSS_SECRET_KEY",
)


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the shell says, there is no Toss until a test sets its keys."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    gateway._toss.cache_clear()
    yield
    gateway._toss.cache_clear()


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of the sandbox, as `manage_all.py up` sets them."""
    monkeypatch.setenv("TOSS_API_URL", "http://127.0.0.1:3900")
    monkeypatch.setenv("TOSS_SECRET_KEY", "test_sk_sandbox")
    monkeypatch.setenv("TOSS_CLIENT_KEY", "test_ck_sandbox")
    monkeypatch.setenv("TOSS_BILLING_KEY", "billing_sandbox")
    monkeypatch.setenv("TOSS_CUSTOMER_KEY", "customer_sandbox")
