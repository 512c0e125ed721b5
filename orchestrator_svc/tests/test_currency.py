"""Sagas in won: whole amounts, over HTTP and in commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from common.contracts.money import KRW, used
from common.messaging.models import OutboxMessage
from orchestrator_svc.engine.book import state_of
from orchestrator_svc.engine.models import SagaInstance

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_won() -> Iterator[None]:
    with used(KRW):
        yield


def start(client: APIClient, price: str) -> Any:
    """A saga of two laptops at this price."""
    body = (
        '{"customerId": "CUST001", "items": [{"productId": "PROD001",'
        f' "quantity": 2, "price": {price}}}]}}'
    )
    return client.post(
        "/api/orchestrator/orders", body, content_type="application/json"
    )


def test_a_saga_in_won_has_whole_amounts(client: APIClient) -> None:
    """In the answer, in its state, and in the command it sends."""
    answer = start(client, "1350000")
    assert answer.status_code == 201
    assert b'"price":1350000}' in answer.content
    assert b'"totalAmount":2700000}' in answer.content
    row = SagaInstance.objects.get()
    assert str(row.total_amount) == str(state_of(row).data.total_amount) == "2700000"
    sent = json.loads(bytes(OutboxMessage.objects.get().value), parse_float=pytest.fail)
    assert sent["data"]["totalAmount"] == 2_700_000


def test_a_price_with_decimals_is_refused(client: APIClient) -> None:
    """400, which names the field and says why; no saga is started."""
    answer = start(client, "1350000.5")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "field": "items[0].price",
            "message": "must be a whole amount: KRW has no decimal places",
        }
    ]
    assert not SagaInstance.objects.exists()
