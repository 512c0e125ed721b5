"""Bad input is refused with the field named; good input becomes contract values."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from common.contracts.base import PaymentMethod
from common.contracts.money import KRW, used
from common.contracts.order import Item
from common.web.json import decode, encode
from common.web.serializers import MoneyField, read_order
from tests.common.web.conftest import order_body, order_with_item

pytestmark = pytest.mark.django_db


def refused(client: APIClient, body: Any) -> dict[str, str]:
    """The fields that a POST of `body` is refused for, with the reasons."""
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    response = client.post("/api/orders", text, content_type="application/json")
    assert response.status_code == 400, response.content
    return {one["field"]: one["message"] for one in response.json().get("errors", [])}


def test_a_good_order_is_understood() -> None:
    """As contract values, money exact."""
    order = read_order(decode(encode(order_body())))
    assert order.customer_id == "CUST001"
    assert order.payment_method is PaymentMethod.AUTO
    assert order.total_amount == Decimal("1999.98")
    assert order.items == (
        Item(
            product_id="PROD001",
            product_name="Laptop",
            quantity=2,
            price=Decimal("999.99"),
        ),
    )


def test_the_answer_has_money_as_a_number(client: APIClient) -> None:
    """With the places it has."""
    response = client.post("/api/orders", order_body(), format="json")
    assert response.status_code == 201
    assert response.content == b'{"customerId":"CUST001","totalAmount":1999.98}'


@pytest.mark.parametrize("missing", ["productId", "quantity", "price"])
def test_a_missing_member_of_an_item_is_named(client: APIClient, missing: str) -> None:
    """By its path."""
    fields = refused(client, order_with_item(**{missing: None}))
    assert fields == {f"items[0].{missing}": "This field is required."}


@pytest.mark.parametrize("missing", ["customerId", "items"])
def test_a_missing_member_is_named(client: APIClient, missing: str) -> None:
    """By its name."""
    body = order_body()
    del body[missing]
    assert refused(client, body) == {missing: "This field is required."}


@pytest.mark.parametrize("quantity", [0, -1, 10**12, "1", True, 1.5, 2.0, [], {}])
def test_a_wrong_quantity_is_refused(client: APIClient, quantity: Any) -> None:
    """It is a whole number from 1 to a million, and nothing that looks like one."""
    assert list(refused(client, order_with_item(quantity=quantity))) == [
        "items[0].quantity"
    ]


@pytest.mark.parametrize("price", [-0.01, 1.999, 10**12, "9.99", True, [], {}])
def test_a_wrong_price_is_refused(client: APIClient, price: Any) -> None:
    """It is a number, not negative, with at most 2 places."""
    assert list(refused(client, order_with_item(price=price))) == ["items[0].price"]


@pytest.mark.parametrize(
    "price", ["NaN", "Infinity", "-Infinity", "1e400000000000000000000"]
)
def test_what_json_calls_no_number_is_broken_json(
    client: APIClient, price: str
) -> None:
    """400, whatever Python's parser would take."""
    text = json.dumps(order_body()).replace("999.99", price)
    assert refused(client, text) == {}


def test_a_price_of_a_billion_digits_costs_nothing(client: APIClient) -> None:
    """It is compared, never written out."""
    text = json.dumps(order_body()).replace("999.99", "1e999999999")
    assert list(refused(client, text)) == ["items[0].price"]


@pytest.mark.parametrize(
    "odd", ["", " ", "a b", "a/b", "é", "x" * 65, 7, None, [], "a\n"]
)
@pytest.mark.parametrize("field", ["customerId", "items[0].productId"])
def test_a_wrong_id_is_refused(client: APIClient, field: str, odd: Any) -> None:
    """Ids are 1 to 64 of a small alphabet."""
    body = order_body()
    if field == "customerId":
        body["customerId"] = odd
    else:
        body["items"][0]["productId"] = odd
    assert list(refused(client, body)) == [field]


@pytest.mark.parametrize("name", ["x" * 201, "a\x07b", 1, ["x"]])
def test_a_wrong_name_is_refused(client: APIClient, name: Any) -> None:
    """Names are short and have no control characters."""
    fields = refused(client, order_with_item(productName=name))
    assert list(fields) == ["items[0].productName"]


@pytest.mark.parametrize("items", [[], None, {}, "x", [1], [[]], [{}] * 101])
def test_wrong_items_are_refused(client: APIClient, items: Any) -> None:
    """Items are 1 to 100 objects."""
    assert all(
        name.startswith("items") for name in refused(client, order_body(items=items))
    )


def test_the_same_product_twice_is_allowed(client: APIClient) -> None:
    """The stock adds the quantities up."""
    body = order_body()
    body["items"] *= 2
    assert client.post("/api/orders", body, format="json").status_code == 201


def test_a_total_beyond_the_books_is_refused(client: APIClient) -> None:
    """Although each number by itself is allowed."""
    fields = refused(client, order_with_item(quantity=1000, price=10**9))
    assert fields == {"items": "the total must be at most 999999999999.99"}


@pytest.mark.parametrize("method", ["CASH", 1, ["AUTO"]])
def test_payment_methods_are_known(client: APIClient, method: Any) -> None:
    """There are two."""
    assert refused(client, order_body(paymentMethod=method)) == {
        "paymentMethod": "must be AUTO or TOSS"
    }


@pytest.mark.parametrize("method", ["AUTO", "TOSS"])
def test_either_payment_method_is_taken(client: APIClient, method: str) -> None:
    """Whether there is a Toss to pay at is for the payment service to say."""
    body = order_body(paymentMethod=method)
    assert client.post("/api/orders", body, format="json").status_code == 201


@pytest.mark.parametrize("body", [[], 1, '"x"', True])
def test_a_body_that_is_no_object_is_refused(client: APIClient, body: Any) -> None:
    """Whatever else it is."""
    assert refused(client, body) == {"body": "must be a JSON object"}


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"{'a': 1}",
        b"[" * 100_000,
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b"\xff\xfe{\x00}\x00",
        b"1" * 5000,
    ],
)
def test_broken_json_is_refused(client: APIClient, text: bytes) -> None:
    """400 with a sentence, for what would break a parser or a database."""
    response = client.post("/api/orders", text, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["code"] == "PARSE_ERROR"


def test_a_large_body_is_refused(client: APIClient) -> None:
    """413 from one byte over a MiB on."""
    text = b" " * (1024 * 1024 + 1)
    response = client.post("/api/orders", text, content_type="application/json")
    assert response.status_code == 413
    assert response.json()["code"] == "BODY_TOO_LARGE"


def test_only_json_is_read(client: APIClient) -> None:
    """415 for forms, which other sites' pages could send."""
    response = client.post("/api/orders", "a=1", content_type="text/plain")
    assert response.status_code == 415


@pytest.mark.parametrize("body", ["", "{}", '{"reason": ""}'])
def test_a_reason_is_optional(client: APIClient, body: str) -> None:
    """No body at all will do."""
    response = client.post("/api/reasons", body, content_type="application/json")
    assert response.json() == {"reason": ""}


def test_a_reason_is_one_line(client: APIClient) -> None:
    """Trimmed, without control characters."""
    good = client.post("/api/reasons", {"reason": " why "}, format="json")
    assert good.json() == {"reason": "why"}
    bad = client.post("/api/reasons", {"reason": "a\x00"}, format="json")
    assert bad.status_code == 400


@used(KRW)
@pytest.mark.parametrize("price", ["1350000.5", "1350000.0", "0.01"])
def test_a_price_in_won_has_no_decimals(client: APIClient, price: str) -> None:
    """400, which names the field and says why."""
    text = json.dumps(order_body()).replace("999.99", price)
    assert refused(client, text) == {
        "items[0].price": "must be a whole amount: KRW has no decimal places"
    }


@used(KRW)
def test_a_total_in_won_beyond_the_books_is_refused(client: APIClient) -> None:
    """The largest one is whole, too."""
    fields = refused(client, order_with_item(quantity=1000, price=10**9))
    assert fields == {"items": "the total must be at most 999999999999"}


@used(KRW)
def test_won_are_shown_as_a_whole_number() -> None:
    """A JSON integer, whatever form the amount had."""
    assert encode(MoneyField().to_representation(Decimal("1350000.00"))) == b"1350000"
    assert str(MoneyField().to_internal_value(1_350_000)) == "1350000"


def test_money_is_shown_with_two_places() -> None:
    """Always, so that 5 reads 5.00."""
    assert encode(MoneyField().to_representation(Decimal(5))) == b"5.00"
