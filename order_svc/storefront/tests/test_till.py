"""The till: one form is one order, at the stock's prices."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from order_svc.storefront.tests.conftest import ORDER_ID, Services, listed
from order_svc.storefront.window import Kind, PaymentWindow

LED, PASSED = "/api/orchestrator/orders", "/api/orders"


@pytest.fixture(autouse=True)
def _orders_are_taken(services: Services) -> None:
    for path in (LED, PASSED):
        services.answer(path, {"orderId": ORDER_ID}, status=201, method="POST")


@pytest.fixture
def form(client: Client) -> dict[str, str]:
    """The till's form as a customer with two mice has filled it in."""
    client.post("/cart", {"product": "PROD002", "quantity": "2"})
    page = client.get("/checkout").content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return {
        "key": hidden["key"],
        "total": hidden["total"],
        "customer": "ann@example.com",
        "mode": "ORCHESTRATION",
        "method": "TOSS",
    }


@pytest.mark.parametrize(
    ("mode", "path"), [("ORCHESTRATION", LED), ("CHOREOGRAPHY", PASSED)]
)
def test_the_order_goes_to_who_runs_it(
    client: Client, services: Services, form: dict[str, str], mode: str, path: str
) -> None:
    """With names and prices of the stock, and the form's key."""
    answer = client.post("/checkout", {**form, "mode": mode})
    assert (answer.status_code, answer["Location"]) == (303, f"/payment/{ORDER_ID}")
    (sent,) = services.posts(path)
    assert sent.headers["Idempotency-Key"] == form["key"]
    assert services.bodies(path) == [
        {
            "customerId": "ann@example.com",
            "items": [
                {
                    "productId": "PROD002",
                    "productName": "Mouse",
                    "quantity": 2,
                    "price": 29.99,
                }
            ],
            "paymentMethod": "TOSS",
        }
    ]
    assert b'"price":29.99' in sent.content


def test_who_pays_at_once_goes_to_the_order(
    client: Client, form: dict[str, str]
) -> None:
    """The cart is empty then, and the browser knows order and customer."""
    answer = client.post("/checkout", {**form, "method": "AUTO"})
    assert answer["Location"] == f"/orders/{ORDER_ID}"
    assert "Your cart is empty" in client.get("/checkout").content.decode()
    client.post("/cart", {"product": "PROD002", "quantity": "1"})
    assert 'value="ann@example.com"' in client.get("/checkout").content.decode()


def test_a_second_click_makes_no_second_order(
    client: Client, services: Services, form: dict[str, str]
) -> None:
    """The first has emptied the cart: the customer is led to the order."""
    client.post("/checkout", form)
    again = client.post("/checkout", form)
    assert (again.status_code, again["Location"]) == (303, f"/orders/{ORDER_ID}")
    assert len(services.posts(LED)) == 1


def test_two_clicks_at_once_carry_one_key(
    client: Client, services: Services, form: dict[str, str]
) -> None:
    """Before the first is answered both have the cart; the service knows the key."""
    cart = client.cookies["shop_cart"].value
    client.post("/checkout", form)
    client.cookies["shop_cart"] = cart
    client.post("/checkout", form)
    keys = [one.headers["Idempotency-Key"] for one in services.posts(LED)]
    assert keys == [form["key"], form["key"]]


def test_a_form_that_was_changed_after_it_was_sent_gets_a_new_key(
    client: Client, services: Services, form: dict[str, str]
) -> None:
    """And the customer is asked whether a second order is meant."""
    services.refuse(LED, 422, "IDEMPOTENCY_KEY_REUSED")
    answer = client.post("/checkout", form)
    page = answer.content.decode()
    assert answer.status_code == 422 and "send it again to order a second" in page
    assert form["key"] not in page and 'value="ann@example.com"' in page


def test_a_price_that_changed_is_shown_before_it_is_ordered(
    client: Client, services: Services, form: dict[str, str]
) -> None:
    """What the form says it saw is compared, and never ordered."""
    row = {
        "productId": "PROD002",
        "productName": "Mouse",
        "price": 35.00,
        "availableQuantity": 3,
    }
    services.answer("/api/inventory", listed(row))
    answer = client.post("/checkout", form)
    assert answer.status_code == 422
    assert "$70.00" in answer.content.decode()
    assert not services.posts(LED)


@pytest.mark.parametrize(
    "customer", ["", "<script>", "a b", "x" * 65, "ann\n", "ann\u202e"]
)
def test_a_name_that_no_order_can_have_is_refused_beside_its_field(
    client: Client, services: Services, form: dict[str, str], customer: str
) -> None:
    """What was typed stays, as text."""
    answer = client.post("/checkout", {**form, "customer": f"{customer}"})
    if customer == "ann\n":  # a browser's field has no line ends; Django trims them
        assert answer.status_code == 303
        return
    page = answer.content.decode()
    assert answer.status_code == 422 and 'aria-invalid="true"' in page
    assert "<script>" not in page.replace('<script src="', "")
    assert not services.posts(LED)


@pytest.mark.parametrize(
    "wrong", [{"mode": "MAGIC"}, {"method": "CASH"}, {"key": "short"}]
)
def test_what_the_form_does_not_offer_is_refused(
    client: Client, services: Services, form: dict[str, str], wrong: dict[str, str]
) -> None:
    """Nothing is ordered."""
    assert client.post("/checkout", {**form, **wrong}).status_code == 422
    assert not services.posts(LED)


def test_a_shop_without_a_window_takes_no_cards(
    client: Client, form: dict[str, str], settings: Any
) -> None:
    """The choice stands there, disabled, with the reason."""
    settings.PAYMENT_WINDOW = PaymentWindow(kind=Kind.NONE)
    page = client.get("/checkout").content.decode()
    assert 'value="TOSS" disabled aria-describedby="no-cards"' in page
    assert client.post("/checkout", form).status_code == 422


def test_more_than_there_is_may_be_ordered_in_a_demo_only(
    client: Client, services: Services, form: dict[str, str], settings: Any
) -> None:
    """There it shows how an order is taken back; a customer is not sent into it."""
    client.post("/cart", {"product": "PROD002", "quantity": "4"})
    page = client.get("/checkout").content.decode()
    assert "Mouse: only 3 are there" in page
    short = {**form, "total": str(Decimal("119.96"))}
    settings.APP_PROFILE = "production"
    refused = client.post("/checkout", short, secure=True)
    assert refused.status_code == 422 and not services.posts(LED)
    settings.APP_PROFILE = "demo"
    assert client.post("/checkout", short).status_code == 303


def test_a_refusal_is_told_in_words(
    client: Client, services: Services, form: dict[str, str]
) -> None:
    """The cart is kept."""
    services.refuse(LED, 400, "INVALID_INPUT", "items: <b>too many</b>")
    page = client.post("/checkout", form).content.decode()
    assert "did not take the order: items: &lt;b&gt;too many" in page
    assert "$59.98" in page


def test_an_outage_keeps_the_cart(
    client: Client, services: Services, form: dict[str, str]
) -> None:
    """And says that nothing is charged twice."""
    services.away.add("orchestrator")
    answer = client.post("/checkout", form)
    assert answer.status_code == 503
    assert "nothing is charged twice" in answer.content.decode()
    assert "$59.98" in client.get("/checkout").content.decode()


def test_every_form_needs_the_shops_token(services: Services) -> None:
    """Another site's page can order nothing."""
    stranger = Client(enforce_csrf_checks=True)
    for path in ("/cart", "/checkout", f"/orders/{ORDER_ID}/cancel"):
        assert stranger.post(path, {"product": "PROD002"}).status_code == 403
    assert not [one for one in services.asked if one.method == "POST"]
