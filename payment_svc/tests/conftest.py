"""What the tests of the payment service share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from rest_framework.test import APIClient

from common.clock import clock_set_to
from common.messaging import relay
from payment_svc.payments import gateway
from payment_svc.payments.doorbell import bell_set_to
from payment_svc.tests.toss import ScriptedToss

NOW = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)


@dataclass
class Hands:
    """The clock's hands: at NOW until a test moves them."""

    now: datetime = NOW

    def move(self, seconds: float) -> datetime:
        """So much later; the time it is then."""
        self.now += timedelta(seconds=seconds)
        return self.now


@pytest.fixture(autouse=True)
def hands() -> Iterator[Hands]:
    """The clock stands still unless it is moved."""
    found = Hands()
    with clock_set_to(lambda: found.now):
        yield found


@pytest.fixture(autouse=True)
def fresh_provider() -> Iterator[None]:
    """Every test chooses its provider anew."""
    gateway.provider.cache_clear()
    yield
    gateway.provider.cache_clear()


@pytest.fixture(autouse=True)
def rung() -> Iterator[list[datetime]]:
    """When the doorbell was rung; no task is sent."""
    found: list[datetime] = []
    with bell_set_to(lambda: found.append(NOW)):
        yield found


@pytest.fixture
def toss() -> Iterator[ScriptedToss]:
    """Toss is there, and it is honest."""
    found = ScriptedToss()
    with gateway.remote_set_to(found):
        yield found


@pytest.fixture
def auto_at_toss(toss: ScriptedToss, monkeypatch: pytest.MonkeyPatch) -> ScriptedToss:
    """Toss charges AUTO orders, too."""
    monkeypatch.setattr(gateway, "auto_is_remote", lambda: True)
    return toss


@pytest.fixture
def unpublished(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is really committed stays in the outbox, whichever thread does it."""
    monkeypatch.setattr(relay, "in_use", lambda: lambda rows: None)


@pytest.fixture
def on_disk(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """SQLite as in production: where it is in memory, readers do not pass a writer."""
    before = connections[DEFAULT_DB_ALIAS]
    if before.vendor != "sqlite":
        yield
        return
    file = tmp_path / "payment.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        before.connection.backup(copy)
    name = before.settings_dict["NAME"]
    before.settings_dict["NAME"] = str(file)
    del connections[DEFAULT_DB_ALIAS]
    yield
    connections[DEFAULT_DB_ALIAS].close()
    before.settings_dict["NAME"] = name
    connections[DEFAULT_DB_ALIAS] = before


@pytest.fixture
def client() -> APIClient:
    """A client that sends and reads JSON, from this machine."""
    return APIClient()
