"""Orders: the lists, the story of one, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from order_svc.storefront.tests.conftest import (
    ORDER_ID,
    SAGA_ID,
    Services,
    listed,
    order,
    payment,
    saga,
)

Text = Callable[[str], str]
STORY = f"/orders/{ORDER_ID}"
SHORT = "INSUFFICIENT_STOCK: 5 asked for, 3 left"


def test_an_order_is_told_in_a_customers_words(text: Text, services: Services) -> None:
    """What came to nothing says why, and that the money is back."""
    services.know(
        order(status="CANCELLED", cancellationReason=SHORT),
        payment(status="REFUNDED", refundedAmount=59.98),
        saga(status="COMPENSATED", retryable=True),
    )
    page = text(STORY)
    assert "There was not enough of it left on the shelf." in page
    assert "Your money is back: all of it." in page
    assert SHORT not in page


def test_a_running_order_is_asked_again_and_an_ended_one_is_not(
    text: Text, services: Services
) -> None:
    """Each second, until nothing more happens by itself."""
    services.know(order(paymentMethod="AUTO"), payment(status="PROCESSING"), saga())
    assert f'hx-get="{STORY}/progress"' in text(STORY)
    services.know(
        order(status="COMPLETED"),
        payment(status="SUCCESS", receiptUrl="https://toss.example/r"),
        saga(status="COMPLETED"),
    )
    page = text(STORY)
    assert "data-live" not in page
    assert 'href="https://toss.example/r" target="_blank" rel="noopener' in page


def test_an_order_that_is_not_written_down_yet_is_known_by_its_saga(
    text: Text, services: Services
) -> None:
    """The orchestrator knew it first."""
    services.know(None, None, saga(status="STARTED"))
    assert "Your order is on its way" in text(STORY)


def test_an_unknown_order_is_not_found(client: Client) -> None:
    """Nor is what can be no id; in words, and with a way back to the shop."""
    answer = client.get("/orders/ORD-nothing")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert client.get("/orders/a%2Fb").status_code == 404


def test_hostile_reasons_are_text(text: Text, services: Services) -> None:
    """What we have no words for is told as it was."""
    why = "<img src=x onerror=alert(1)>"
    services.know(
        order(mode="CHOREOGRAPHY", status="CANCELLED", cancellationReason=why)
    )
    page = text(STORY)
    assert "<img" not in page and "&lt;img src=x" in page


@pytest.mark.parametrize(
    ("path", "mode", "calls"),
    [
        ("/orchestration-orders", "ORCHESTRATION", 3),
        ("/choreography-orders", "CHOREOGRAPHY", 2),
    ],
)
def test_a_list_takes_a_few_calls_however_long_it_is(
    text: Text, services: Services, path: str, mode: str, calls: int
) -> None:
    """The payments and sagas of all its orders are asked for at once."""
    ids = [f"ORD-{number:06}" for number in range(10)]
    rows = [order(orderId=one, mode=mode) for one in ids]
    services.answer("/api/orders", listed(*rows))
    services.answer("/api/payments", [payment(orderId=one) for one in ids])
    services.answer(
        "/api/orchestrator/sagas", listed(*(saga(orderId=one) for one in ids))
    )
    page = text(path)
    assert page.count('<article class="order card"') == 10
    assert len(services.asked) == calls
    assert services.asked[0].url.params["mode"] == mode
    assert services.asked[1].url.params["orderId"] == ",".join(ids)


def test_of_several_tries_the_newest_payment_is_shown(
    text: Text, services: Services
) -> None:
    """It comes first."""
    services.answer("/api/orders", listed(order(mode="CHOREOGRAPHY")))
    tries = [payment(receiptUrl=f"https://toss.example/{n}") for n in (2, 1)]
    services.answer("/api/payments", tries)
    page = text("/choreography-orders")
    assert "https://toss.example/2" in page and "https://toss.example/1" not in page


def test_a_list_that_has_not_changed_is_not_sent_again(
    client: Client, services: Services
) -> None:
    """A token in it would make each one new."""
    services.answer("/api/orders", listed(order(mode="CHOREOGRAPHY")))
    services.answer("/api/payments", [payment()])
    part = {"HX-Request": "true"}
    first = client.get("/choreography-orders", headers=part)
    again = client.get(
        "/choreography-orders", headers={**part, "If-None-Match": first["ETag"]}
    )
    assert (first.status_code, again.status_code) == (200, 304)


def test_in_production_a_browser_lists_its_own_orders_only(
    client: Client, services: Services, production: None
) -> None:
    """Before it has ordered nobody is asked; then by the ids of its own."""
    assert "No orders here" in client.get("/choreography-orders").content.decode()
    assert not services.asked
    services.answer("/api/orders", {"orderId": ORDER_ID}, method="POST", status=201)
    _order_something(client)
    services.answer("/api/orders", listed(order(mode="CHOREOGRAPHY")))
    services.answer("/api/payments", [payment()])
    page = client.get("/choreography-orders?whose=all&customer=ann").content.decode()
    assert page.count("<article") == 1 and "All orders" not in page
    (asked,) = [one for one in services.asked if one.url.path == "/api/orders"][1:]
    assert asked.url.params["orderId"] == ORDER_ID


def test_in_production_a_stranger_may_look_and_not_act(
    client: Client, services: Services, production: None
) -> None:
    """Who knows the id, which nobody can guess, sees the order; no button works."""
    services.know(order(mode="CHOREOGRAPHY", status="COMPLETED"), payment())
    page = client.get(STORY).content.decode()
    assert "/cancel" not in page
    refused = client.get(f"{STORY}/cancel").content.decode()
    assert "/sign-in" not in page and "/sign-in" not in refused
    for deed in ("cancel", "retry"):
        assert client.get(f"{STORY}/{deed}").status_code == 403
        assert client.post(f"{STORY}/{deed}").status_code == 403
    assert not [one for one in services.asked if one.method == "POST"]


def test_a_list_narrowed_to_what_nobody_is_called_is_empty(
    text: Text, services: Services
) -> None:
    """The order service refuses the name; the customer sees an empty list."""
    refusal = {"code": "INVALID_INPUT", "detail": "customerId: must not"}
    services.answer("/api/orders", refusal, status=400)
    assert "No orders here" in text("/choreography-orders?customer=%00%3Cb%3E")


def test_a_cancel_says_first_what_it_will_do(
    text: Text, client: Client, services: Services
) -> None:
    """Money that was taken is given back; a reason may be given."""
    services.know(order(status="COMPLETED"), payment(status="SUCCESS"), saga())
    services.know(
        order(status="COMPLETED"), payment(status="SUCCESS"), saga(status="COMPLETED")
    )
    assert "give all of your money back" in text(f"{STORY}/cancel")
    path = f"/api{STORY}/cancel"
    services.answer(path, {"message": "ok"}, status=202, method="POST")
    answer = client.post(f"{STORY}/cancel", {"reason": " too \n big "})
    assert (answer.status_code, answer["Location"]) == (303, STORY)
    assert services.bodies(path) == [{"reason": "too big"}]
    assert "is being cancelled" in client.get(STORY).content.decode()


def test_a_cancel_that_comes_too_late_says_so(
    client: Client, services: Services
) -> None:
    """As a message on the order's page."""
    services.know(order(status="CANCELLED"), payment(status="REFUNDED"), saga())
    services.refuse(f"/api{STORY}/cancel", 409, "ORDER_ALREADY_CANCELLED")
    client.post(f"{STORY}/cancel")
    assert "The order is cancelled already." in client.get(STORY).content.decode()


def test_what_can_be_tried_again_is(client: Client, services: Services) -> None:
    """By the saga's id, and it is said."""
    services.know(
        order(status="FAILED"),
        payment(status="FAILED"),
        saga(status="FAILED", retryable=True, retryBlockedReason=None),
    )
    assert f'href="{STORY}/retry"' in client.get(STORY).content.decode()
    path = f"/api/orchestrator/sagas/{SAGA_ID}/retry"
    services.answer(path, {"message": "ok"}, method="POST")
    assert client.post(f"{STORY}/retry")["Location"] == STORY
    assert len(services.posts(path)) == 1
    assert "once more" in client.get(STORY).content.decode()


def test_what_can_not_be_tried_again_says_why(
    client: Client, services: Services
) -> None:
    """The button is there, and disabled; a POST all the same changes nothing."""
    services.know(
        order(status="CANCELLED"),
        payment(status="REFUNDED"),
        saga(status="COMPENSATED", retryBlockedReason="PAYMENT_REFUNDED"),
    )
    page = client.get(STORY).content.decode()
    assert f'disabled aria-describedby="why-{ORDER_ID}"' in page
    assert "only you can pay again: order it anew" in page
    client.post(f"{STORY}/retry")
    assert not [one for one in services.asked if one.method == "POST"]


def test_a_shop_whose_account_may_not_retry_says_so(
    client: Client, services: Services
) -> None:
    """In a customer's words, which are not those of rights."""
    led = saga(status="FAILED", retryable=True, retryBlockedReason=None)
    services.know(order(status="FAILED"), payment(status="FAILED"), led)
    path = f"/api/orchestrator/sagas/{SAGA_ID}/retry"
    services.refuse(path, 403, "PERMISSION_DENIED", "You do not have the right")
    client.post(f"{STORY}/retry")
    page = client.get(STORY).content.decode()
    assert "This shop tries no order again" in page and "the right" not in page


def test_the_same_things_are_ordered_anew(client: Client, services: Services) -> None:
    """They are in the cart, at the prices of now."""
    services.know(order(mode="CHOREOGRAPHY", status="FAILED"))
    assert client.post(f"{STORY}/again")["Location"] == "/checkout"
    assert "2 × $29.99" in client.get("/checkout").content.decode()


def _order_something(client: Client) -> None:
    client.post("/cart", {"product": "PROD002", "quantity": "2"})
    form = {
        "customer": "ann",
        "mode": "CHOREOGRAPHY",
        "method": "AUTO",
        "key": "k" * 20,
        "total": "59.98",
    }
    assert client.post("/checkout", form).status_code == 303
