"""What the tests of the order service share: a still clock, no network, the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from rest_framework.test import APIClient

from common import clock
from common.messaging.models import OutboxMessage
from common.web import catalog
from order_svc.tests.factories import NOW

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
def client() -> APIClient:
    """A client on this machine, to which the test profile is open."""
    return APIClient()


@pytest.fixture
def sent(db: None) -> Callable[[], list[dict[str, Any]]]:
    """What the outbox holds, oldest first: topic, id, headers and value."""

    def read() -> list[dict[str, Any]]:
        return [
            {
                "topic": row.topic,
                "id": row.message_id,
                "key": row.message_key,
                "headers": msgspec.json.decode(row.headers),
                "value": msgspec.json.decode(bytes(row.value)),
            }
            for row in OutboxMessage.objects.order_by("position")
        ]

    return read
