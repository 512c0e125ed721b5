"""Orders in won: whole prices, over HTTP, in the row and in messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from common import clock
from common.contracts.money import KRW, used
from common.messaging.models import OutboxMessage
from order_svc.orders import services
from order_svc.orders.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_won() -> Iterator[None]:
    with used(KRW):
        yield


def place(client: APIClient, price: str) -> Any:
    """An order of two laptops at this price."""
    body = (
        '{"customerId": "CUST001", "items": [{"productId": "PROD001",'
        f' "quantity": 2, "price": {price}}}]}}'
    )
    return client.post("/api/orders", body, content_type="application/json")


def test_an_order_in_won_has_whole_amounts(client: APIClient) -> None:
    """In the answer, in the row, and in what it sends."""
    answer = place(client, "1350000")
    assert answer.status_code == 201
    assert b'"price":1350000}' in answer.content
    assert b'"totalAmount":2700000,' in answer.content
    row = Order.objects.get()
    assert (row.items[0]["price"], str(row.total_amount)) == ("1350000", "2700000")
    sent = json.loads(bytes(OutboxMessage.objects.get().value), parse_float=pytest.fail)
    assert (sent["items"][0]["price"], sent["totalAmount"]) == (1_350_000, 2_700_000)


def test_an_event_made_anew_from_the_row_has_whole_amounts(client: APIClient) -> None:
    """The database has two places for each currency; no message has."""
    place(client, "1350000")
    OutboxMessage.objects.all().delete()
    Order.objects.update(resend_at=clock.now())
    assert services.resend_stuck(clock.now()) == 1
    sent = json.loads(bytes(OutboxMessage.objects.get().value), parse_float=pytest.fail)
    assert (sent["items"][0]["price"], sent["totalAmount"]) == (1_350_000, 2_700_000)


@pytest.mark.parametrize("price", ["1350000.5", "1350000.00"])
def test_a_price_with_decimals_is_refused(client: APIClient, price: str) -> None:
    """400, which names the field and says why; nothing is written."""
    answer = place(client, price)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "field": "items[0].price",
            "message": "must be a whole amount: KRW has no decimal places",
        }
    ]
    assert not Order.objects.exists()
