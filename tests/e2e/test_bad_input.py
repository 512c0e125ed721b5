"""Bad input gets a 4xx that names the field, and nothing is written."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.e2e.kinds import on_embedded
from tests.e2e.shop import STARTS, Shop

pytestmark = [pytest.mark.slow, pytest.mark.e2e, on_embedded]

GOOD = {"productId": "PROD002", "productName": "Mouse", "quantity": 1, "price": 29.99}


def body(**item: Any) -> str:
    """An order with one item that is changed so."""
    return json.dumps({"customerId": "C1", "items": [{**GOOD, **item}]})


def without(name: str) -> str:
    """An order with one item that lacks a member."""
    item = {key: value for key, value in GOOD.items() if key != name}
    return json.dumps({"customerId": "C1", "items": [item]})


BAD_BODIES = {
    "no customer": (json.dumps({"items": [GOOD]}), "customerId"),
    "customer is a number": (
        json.dumps({"customerId": 7, "items": [GOOD]}),
        "customerId",
    ),
    "odd customer": (
        json.dumps({"customerId": "a\u0007b", "items": [GOOD]}),
        "customerId",
    ),
    "no items": (json.dumps({"customerId": "C1"}), "items"),
    "empty items": (json.dumps({"customerId": "C1", "items": []}), "items"),
    "items is text": (json.dumps({"customerId": "C1", "items": "x"}), "items"),
    "no product": (without("productId"), "items[0].productId"),
    "no quantity": (without("quantity"), "items[0].quantity"),
    "no price": (without("price"), "items[0].price"),
    "quantity 0": (body(quantity=0), "items[0].quantity"),
    "quantity -1": (body(quantity=-1), "items[0].quantity"),
    "quantity 10^12": (body(quantity=10**12), "items[0].quantity"),
    "quantity is text": (body(quantity="1"), "items[0].quantity"),
    "quantity 1.5": (body(quantity=1.5), "items[0].quantity"),
    "price is text": (body(price="29.99"), "items[0].price"),
    "price -1": (body(price=-1), "items[0].price"),
    "price with 3 places": (body(price=1.001), "items[0].price"),
    "unknown product": (body(productId="PROD999"), "items[0].productId"),
    "odd product": (body(productId="../../etc"), "items[0].productId"),
    "an unknown payment method": (
        json.dumps({"customerId": "C1", "items": [GOOD], "paymentMethod": "CASH"}),
        "paymentMethod",
    ),
}
UNREADABLE = {
    "price NaN": body(price=float("nan")),
    "broken JSON": '{"customerId": "C1", ',
    "no JSON at all": "hello",
    "bytes": "\ufffd\ufffd",
    "a list": "[]",
}


@pytest.mark.parametrize("pattern", ["choreography", "orchestration"])
@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_order_names_the_field(shop: Shop, pattern: str, name: str) -> None:
    """400, the field by its path, and not one row more."""
    content, field = BAD_BODIES[name]
    answer = _refused(shop, pattern, content, 400)
    assert field in [error["field"] for error in answer["errors"]]
    assert answer["message"]


@pytest.mark.parametrize("pattern", ["choreography", "orchestration"])
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_order_at_all_is_refused(
    shop: Shop, pattern: str, name: str
) -> None:
    """400 with a sentence."""
    assert _refused(shop, pattern, UNREADABLE[name], 400)["message"]


@pytest.mark.parametrize("pattern", ["choreography", "orchestration"])
def test_ten_megabytes_are_too_much(shop: Shop, pattern: str) -> None:
    """413, and the connection is not just dropped."""
    content = json.dumps({"customerId": "C" * 10_000_000, "items": [GOOD]})
    _refused(shop, pattern, content, 413)


@pytest.mark.parametrize(
    ("service", "path", "field"),
    [
        ("orchestrator", "/api/orchestrator/sagas?page=0", "page"),
        ("orchestrator", "/api/orchestrator/sagas?page=x", "page"),
        ("orchestrator", "/api/orchestrator/sagas?limit=1000", "limit"),
        ("orchestrator", "/api/orchestrator/sagas?limit=0", "limit"),
        ("orchestrator", "/api/orchestrator/sagas?status=NOPE", "status"),
        ("orchestrator", "/api/orchestrator/sagas?sortBy=nope", "sortBy"),
        ("orchestrator", "/api/orchestrator/sagas?sortOrder=nope", "sortOrder"),
        ("order", "/api/orders?page=0", "page"),
        ("order", "/api/orders?limit=1000", "limit"),
        ("order", "/api/orders?status=NOPE", "status"),
        ("payment", "/api/payments?page=0", "page"),
        ("inventory", "/api/inventory?limit=1000", "limit"),
    ],
)
def test_a_bad_list_query_names_the_parameter(
    shop: Shop, service: str, path: str, field: str
) -> None:
    """400 with the parameter's name."""
    answer = httpx.get(shop.url(service, path))
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("order", "/api/orders/"),
        ("payment", "/api/payments/"),
        ("inventory", "/api/inventory/"),
        ("orchestrator", "/api/orchestrator/sagas/"),
    ],
)
@pytest.mark.parametrize("odd", ["%00", "a%20b", "'%22;--", "%F0%9F%92%A5", "x" * 500])
def test_an_odd_id_is_not_found(shop: Shop, service: str, path: str, odd: str) -> None:
    """400 or 404 as a problem, never a 500."""
    answer = httpx.get(shop.url(service, path) + odd)
    assert answer.status_code in (400, 404)
    assert "json" in answer.headers["content-type"]


def _refused(shop: Shop, pattern: str, content: str, status: int) -> dict[str, Any]:
    service, path = STARTS[pattern]
    lists = (("order", "/api/orders"), ("orchestrator", "/api/orchestrator/sagas"))
    before = [shop.count(*one) for one in lists]
    answer = httpx.post(
        shop.url(service, path),
        content=content.encode("utf-8", "surrogatepass"),
        headers={"Content-Type": "application/json"},
        timeout=30,
    )
    assert answer.status_code == status, answer.text
    assert [shop.count(*one) for one in lists] == before
    found: dict[str, Any] = answer.json()
    return found
