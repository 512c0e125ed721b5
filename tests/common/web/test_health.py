"""Health is told from the parts, each with its latency and a time limit."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from common.log.port import GroupLag, LogUnavailable, MemberInfo
from common.web import health

pytestmark = pytest.mark.django_db


class FakeAdmin:
    """A log's admin that says what the test wants."""

    def __init__(self, *, members: int = 1, away: bool = False) -> None:
        self._members, self._away = members, away

    def ping(self) -> None:
        """Away or not."""
        if self._away:
            raise LogUnavailable("the disk is gone")

    def lag(self, group: str) -> list[GroupLag]:
        """Three partitions of two topics."""
        return [
            GroupLag(group=group, topic=topic, partition=0, committed=0, next_offset=n)
            for topic, n in [("b", 2), ("a", 1), ("a", 4)]
        ]

    def members(self, group: str) -> list[MemberInfo]:
        """As many as asked for."""
        assert group == "order-service-group"
        names = [f"w{number}" for number in range(self._members)]
        return [MemberInfo(member_id=name, partitions=()) for name in names]


class FakeLog:
    """A log that has only an admin."""

    def __init__(self, admin: FakeAdmin) -> None:
        self._admin = admin

    def admin(self) -> FakeAdmin:
        """The one given."""
        return self._admin


def log_is(monkeypatch: pytest.MonkeyPatch, **how: Any) -> None:
    """Have the checks see a log of that kind."""
    log = FakeLog(FakeAdmin(**how))
    monkeypatch.setattr(health, "event_log", lambda: log)


def test_a_well_service_says_so(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200, every check up with its latency, and the lag by topic."""
    log_is(monkeypatch)
    response = client.get("/health")
    body = response.json()
    assert response.status_code == 200
    assert (body["service"], body["status"]) == ("order-service", "ok")
    assert body["version"] == "test"
    assert body["currency"] == "USD"
    assert list(body["checks"]) == ["database", "log", "broker", "worker"]
    assert {check["status"] for check in body["checks"].values()} == {"up"}
    assert all(check["latencyMs"] >= 0 for check in body["checks"].values())
    assert body["checks"]["log"]["lag"] == 7
    assert body["checks"]["log"]["topics"] == {"a": 5, "b": 2}
    assert body["checks"]["worker"]["members"] == ["w0"]


def test_a_service_without_a_worker_is_not_well(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503, and what is missing."""
    log_is(monkeypatch, members=0)
    response = client.get("/health")
    assert response.status_code == 503
    assert response["Retry-After"] == "1"
    worker = response.json()["checks"]["worker"]
    assert worker["status"] == "down"
    assert "no worker reads for order-service-group" in worker["error"]


def test_a_log_that_is_away_is_named(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are still checked."""
    log_is(monkeypatch, away=True)
    checks = client.get("/health").json()["checks"]
    assert checks["log"]["error"] == "LogUnavailable: the disk is gone"
    assert checks["database"]["status"] == "up"


def test_a_check_that_hangs_is_down_and_holds_up_nothing() -> None:
    """The limit counts for all checks together."""
    release = threading.Event()

    def hang() -> dict[str, Any]:
        release.wait(10)
        return {}

    found = health.run_checks({"slow": hang, "quick": dict}, limit=0.1)
    release.set()
    error = "did not answer within 0.1 seconds"
    assert found["slow"] == {"status": "down", "error": error}
    assert found["quick"]["status"] == "up"


def test_the_process_lives_whatever_it_needs(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/livez asks nobody."""
    log_is(monkeypatch, away=True)
    response = client.get("/livez")
    assert response.status_code == 200
    assert response.json() == {"service": "order", "status": "ok"}


def test_a_migrated_service_is_ready(client: APIClient) -> None:
    """/readyz asks the database and its migrations only."""
    response = client.get("/readyz")
    assert response.status_code == 200
    assert list(response.json()["checks"]) == ["database", "migrations"]


def test_a_service_with_migrations_to_come_is_not_ready(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503, and what to do."""
    monkeypatch.setattr(health, "_migrated", set())
    monkeypatch.setattr(health, "unapplied_migrations", lambda: ["web.0002"])
    response = client.get("/readyz")
    assert response.status_code == 503
    error = response.json()["checks"]["migrations"]["error"]
    assert error == "Unwell: 1 migrations are missing; run migrate"


def test_a_database_that_is_away_is_said(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is that of the check, not a 500."""

    def away() -> dict[str, Any]:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(health, "READY_CHECKS", {"database": away})
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "unable to open" in response.json()["checks"]["database"]["error"]


def test_a_broker_folder_that_is_gone_is_said(tmp_path: Any) -> None:
    """A filesystem broker must be writable."""
    from kombu.connection import Connection

    options = {"data_folder_out": str(tmp_path / "gone")}
    connection = Connection("filesystem://localhost/", transport_options=options)
    with pytest.raises(health.Unwell, match="gone cannot be written"):
        health._check_folder(connection)
