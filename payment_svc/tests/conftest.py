"""What the tests of the payment service share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from common.clock import clock_set_to
from payment_svc.payments import gateway

NOW = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """The clock stands at NOW."""
    with clock_set_to(lambda: NOW):
        yield


@pytest.fixture(autouse=True)
def fresh_provider() -> Iterator[None]:
    """Every test chooses its provider anew."""
    gateway.provider.cache_clear()
    yield
    gateway.provider.cache_clear()


@pytest.fixture
def client() -> APIClient:
    """A client that sends and reads JSON, from this machine."""
    return APIClient()
