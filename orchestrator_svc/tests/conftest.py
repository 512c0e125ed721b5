"""What the orchestrator's tests share: a still clock, no network, the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from common import clock
from common.messaging.models import OutboxMessage
from common.web import catalog
from orchestrator_svc.engine import tasks
from orchestrator_svc.tests.factories import NOW

PRODUCTS = {"PROD001", "PROD002"}


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    with clock.clock_set_to(lambda: NOW):
        yield


@pytest.fixture(autouse=True)
def _catalog_without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(product_ids: Any) -> list[str]:
        return [one for one in product_ids if one not in PRODUCTS]

    monkeypatch.setattr(catalog, "unknown_products", unknown)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often the worker was rung for a job."""
    rings: list[str] = []
    monkeypatch.setattr(tasks.run_retry_jobs, "delay", lambda: rings.append("ring"))
    return rings


@pytest.fixture
def client() -> APIClient:
    """A client on this machine, to which the test profile is open."""
    return APIClient()


@pytest.fixture
def sent(db: None) -> Callable[[], list[tuple[str, str]]]:
    """The (type, id) of what is in the outbox, oldest first."""

    def read() -> list[tuple[str, str]]:
        rows = OutboxMessage.objects.order_by("position")
        return list(rows.values_list("type", "message_id"))

    return read
