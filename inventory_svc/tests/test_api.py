"""The inventory service over HTTP, as the contract has it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from common.contracts.money import KRW, used
from common.web.models import AuditEntry
from inventory_svc.stock.models import Product
from inventory_svc.tests.factories import (
    ORDER,
    ProductFactory,
    ReservationFactory,
    handle,
    laptops,
    reserve,
    stock,
)

pytestmark = pytest.mark.django_db

INITIALIZE = "/api/inventory/initialize"
LAPTOP = {
    "productId": "PROD001",
    "productName": "Laptop",
    "availableQuantity": 50,
    "reservedQuantity": 0,
    "price": 999.99,
    "updatedAt": "2026-03-01T12:00:00.123Z",
}


def test_a_product_as_the_contract_has_it(client: APIClient) -> None:
    """Every member; the price as a number."""
    ProductFactory()
    answer = client.get("/api/inventory/PROD001")
    assert (answer.status_code, answer.json()) == (200, LAPTOP)
    assert b'"price":999.99' in answer.content


@used(KRW)
def test_prices_in_won_are_whole_numbers(client: APIClient) -> None:
    """Of products, and of what is reserved."""
    ProductFactory(price=Decimal(1_350_000))
    handle(reserve(ORDER, laptops(2, "1350000")))
    product = client.get("/api/inventory/PROD001")
    assert b'"price":1350000,' in product.content
    reserved = client.get(f"/api/reservations/order/{ORDER}")
    assert b'"price":1350000}' in reserved.content
    assert b'"status":"RESERVED"' in reserved.content


def test_the_list_is_bare_or_paged(client: APIClient) -> None:
    """An array without page and limit, {data, pagination} with."""
    ProductFactory()
    assert client.get("/api/inventory").json() == [LAPTOP]
    paged = client.get("/api/inventory?limit=100").json()
    assert paged["data"] == [LAPTOP]
    assert paged["pagination"] == {
        "currentPage": 1,
        "totalPages": 1,
        "totalCount": 1,
        "limit": 100,
        "hasNextPage": False,
        "hasPrevPage": False,
    }


def test_the_list_takes_two_queries(
    client: APIClient, django_assert_num_queries: Any
) -> None:
    """A count and a page: other services ask for it."""
    for number in range(100):
        ProductFactory(product_id=f"P{number:03}")
    with django_assert_num_queries(2):
        assert len(client.get("/api/inventory?limit=100").json()["data"]) == 100


def test_initialize_needs_no_body_and_is_idempotent(client: APIClient) -> None:
    """The seed's bare `curl -X POST`, once and again."""
    first = client.post(INITIALIZE)
    again = client.post(INITIALIZE)
    assert (first.status_code, first.json()) == (200, again.json())
    assert first.json()["message"] == "Sample inventory initialized successfully"
    assert [one["productId"] for one in first.json()["inventory"]] == [
        "PROD001",
        "PROD002",
        "PROD003",
        "PROD004",
        "PROD005",
    ]
    assert first.json()["inventory"][0] == LAPTOP
    assert AuditEntry.objects.first().actor == "anonymous@127.0.0.1"  # type: ignore[union-attr]


def test_initialize_keeps_what_orders_hold(client: APIClient) -> None:
    """Live reservations stay reserved."""
    client.post(INITIALIZE)
    handle(reserve(ORDER, laptops(2)))
    shown = client.post(INITIALIZE).json()["inventory"][0]
    assert (shown["availableQuantity"], shown["reservedQuantity"]) == (48, 2)


def test_initialize_scales_by_configuration(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SAMPLE_STOCK_SCALE multiplies the sample."""
    monkeypatch.setenv("SAMPLE_STOCK_SCALE", "100")
    client.post(INITIALIZE)
    assert stock("PROD004") == (3000, 0)


def test_initialize_with_a_key_is_replayed(client: APIClient) -> None:
    """The first answer again, and one trace."""
    first = client.post(INITIALIZE, HTTP_IDEMPOTENCY_KEY="k")
    Product.objects.filter(pk="PROD001").update(available_quantity=1)
    again = client.post(INITIALIZE, HTTP_IDEMPOTENCY_KEY="k")
    assert first.json() == again.json()
    assert (stock(), AuditEntry.objects.count()) == ((1, 0), 1)


def test_a_reservation_of_an_order(client: APIClient) -> None:
    """That of the latest attempt; prices as numbers."""
    ReservationFactory(order_id=ORDER, attempt=1, status="FAILED", items=[])
    ReservationFactory(order_id=ORDER, attempt=2)
    answer = client.get(f"/api/reservations/order/{ORDER}")
    assert answer.json() == {
        "reservationId": "RES-ORD-1-2",
        "orderId": "ORD-1",
        "attempt": 2,
        "status": "RESERVED",
        "items": [
            {
                "productId": "PROD001",
                "productName": "Laptop",
                "quantity": 2,
                "price": 999.99,
            }
        ],
        "failureCode": None,
        "reason": None,
        "createdAt": "2026-03-01T12:00:00.123Z",
        "updatedAt": "2026-03-01T12:00:00.123Z",
    }


def test_reservations_of_several_orders(client: APIClient) -> None:
    """In one list, and none of other orders."""
    for order_id in ("ORD-1", "ORD-2", "ORD-3"):
        ReservationFactory(order_id=order_id)
    answer = client.get("/api/reservations?orderId=ORD-1,ORD-3&orderId=ORD-9")
    assert sorted(one["orderId"] for one in answer.json()["data"]) == ["ORD-1", "ORD-3"]
    assert answer.json()["pagination"]["totalCount"] == 2
    assert client.get("/api/reservations").json()["pagination"]["totalCount"] == 3


@pytest.mark.parametrize(
    "orders", ["%00", "a b", ",".join(map(str, range(101))), "x" * 101, "%F0%9F%98%80"]
)
def test_reservations_of_what_is_no_order_are_a_400(
    client: APIClient, orders: str
) -> None:
    """The parameter is named, whatever is in it."""
    answer = client.get(f"/api/reservations?orderId={orders}")
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == ["orderId"]


def test_a_refused_reservation_says_why(client: APIClient) -> None:
    """Code and sentence."""
    ProductFactory()
    handle(reserve(ORDER, laptops(51)))
    shown = client.get(f"/api/reservations/order/{ORDER}").json()
    assert (shown["status"], shown["failureCode"], shown["reason"]) == (
        "FAILED",
        "INSUFFICIENT_STOCK",
        "PROD001 Laptop: 51 wanted, 50 available",
    )


@pytest.mark.parametrize(
    "path",
    [
        "/api/inventory/NOPE",
        "/api/inventory/%27%3B--",
        "/api/inventory/%00",
        "/api/inventory/" + "x" * 300,
        "/api/reservations/order/ORD-9",
        "/api/reservations/order/a%2Fb",
    ],
)
def test_what_is_not_there_is_a_404(client: APIClient, path: str) -> None:
    """A problem, never a 500, whatever characters the id has."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("limit=1000", "limit"),
        ("limit=0", "limit"),
        ("page=1e3", "page"),
        ("page=%00", "page"),
    ],
)
def test_a_wrong_query_is_a_400(client: APIClient, query: str, field: str) -> None:
    """The parameter is named."""
    answer = client.get(f"/api/inventory?{query}")
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_stock_is_not_written_over_http(client: APIClient) -> None:
    """There is no such verb."""
    ProductFactory()
    for method in (client.put, client.patch, client.delete, client.post):
        assert method("/api/inventory/PROD001", {}, format="json").status_code == 405
    assert Product.objects.get().price == Decimal("999.99")


def test_production_asks_who_is_there(client: APIClient, settings: Any) -> None:
    """Nobody unnamed reads or initializes."""
    settings.APP_PROFILE = "production"
    assert client.get("/api/inventory").status_code == 401
    assert client.post(INITIALIZE).status_code == 401
    assert Product.objects.count() == 0


def test_pages_for_people_and_the_schema(client: APIClient) -> None:
    """The list is browsable, and OpenAPI describes the initialization."""
    ProductFactory()
    page = client.get("/api/inventory", HTTP_ACCEPT="text/html")
    assert page.status_code == 200
    assert b"PROD001" in page.content
    schema = client.get("/api/schema?format=json").json()
    assert INITIALIZE in schema["paths"]
