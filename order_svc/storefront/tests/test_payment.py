"""Paying by card: there, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from order_svc.storefront.tests.conftest import (
    ORDER_ID,
    Services,
    order,
    payment,
    saga,
)
from order_svc.storefront.window import TOSS_POLICY, Kind, PaymentWindow

Text = Callable[[str], str]
PAY = f"/payment/{ORDER_ID}"
BACK = f"/payment/success?order={ORDER_ID}&orderId={ORDER_ID}&paymentKey=tsb_1"
CONFIRM = "/api/payments/confirm"


@pytest.fixture
def waiting(services: Services) -> Services:
    """An order that its customer is to pay."""
    services.know(order(), payment(), saga())
    return services


@pytest.fixture
def paid(services: Services) -> Services:
    """One that is being paid: the confirm is granted."""
    services.know(
        order(),
        payment(status="SUCCESS", receiptUrl="https://toss.example/receipt"),
        saga(status="PAYMENT_COMPLETED"),
    )
    services.answer(CONFIRM, {"message": "ok", "cached": False}, method="POST")
    return services


def test_the_window_is_told_what_the_books_say(text: Text, waiting: Services) -> None:
    """Order, amount and the ways back, which are at the address that was asked."""
    page = text(PAY)
    start = page.index('id="open-window" href="') + len('id="open-window" href="')
    address = page[start : page.index('"', start)].replace("&amp;", "&")
    assert address.startswith("http://127.0.0.1:3900/window?")
    assert parse_qs(urlsplit(address).query) == {
        "clientKey": ["test_ck_sandbox"],
        "orderId": [ORDER_ID],
        "amount": ["59.98"],
        "orderName": ["Mouse"],
        "customerKey": ["ann"],
        "successUrl": [f"http://testserver/payment/success?order={ORDER_ID}"],
        "failUrl": [f"http://testserver/payment/fail?order={ORDER_ID}"],
    }
    assert ">in 9 minutes</time>." in page
    assert "tosspayments.com" not in page


def test_until_the_payment_is_there_the_page_looks_again(
    text: Text, client: Client, services: Services
) -> None:
    """Then it is loaded anew, with the way to the window."""
    services.know(None, None, saga(status="STARTED"))
    assert f'hx-get="{PAY}/ready"' in text(PAY)
    assert "HX-Refresh" not in client.get(f"{PAY}/ready").headers
    services.know(order(), payment(), saga())
    assert client.get(f"{PAY}/ready")["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("status", "paid"), [("COMPLETED", "SUCCESS"), ("CANCELLED", "CANCELLED")]
)
def test_where_there_is_nothing_to_pay_the_order_is_shown(
    client: Client, services: Services, status: str, paid: str
) -> None:
    """A link from yesterday leads to what became of it."""
    services.know(order(mode="CHOREOGRAPHY", status=status), payment(status=paid))
    answer = client.get(PAY)
    assert (answer.status_code, answer["Location"]) == (303, f"/orders/{ORDER_ID}")


def test_with_keys_of_tosss_own_its_window_is_loaded_on_this_page_only(
    client: Client, waiting: Services, settings: Any
) -> None:
    """The policy allows Toss there, and nowhere else."""
    settings.PAYMENT_WINDOW = PaymentWindow(kind=Kind.TOSS, client_key="test_gck_1")
    answer = client.get(PAY)
    page = answer.content.decode()
    assert '<script src="https://js.tosspayments.com/v2/standard" defer>' in page
    assert 'data-key="test_gck_1"' in page and f'data-order="{ORDER_ID}"' in page
    assert answer["Content-Security-Policy"] == TOSS_POLICY
    for other in ("/", f"/orders/{ORDER_ID}"):
        policy = client.get(other)["Content-Security-Policy"]
        assert "tosspayments" not in policy


def test_who_comes_back_is_charged_our_amount(client: Client, paid: Services) -> None:
    """Whatever amount the address names."""
    answer = client.get(f"{BACK}&amount=0.01")
    assert answer.status_code == 200
    assert paid.bodies(CONFIRM) == [
        {"paymentKey": "tsb_1", "orderId": ORDER_ID, "amount": 59.98}
    ]
    page = answer.content.decode()
    assert "Thank you" in page and "https://toss.example/receipt" in page


def test_a_payment_that_is_late_is_confirmed_by_the_order(
    client: Client, services: Services
) -> None:
    """The payment service waits for it; the amount is still ours."""
    services.know(order(), None, saga())
    services.answer(CONFIRM, {"message": "ok"}, method="POST")
    assert client.get(f"{BACK}&amount=1").status_code == 200
    (sent,) = services.bodies(CONFIRM)
    assert (sent["orderId"], sent["amount"]) == (ORDER_ID, 59.98)


def test_an_address_without_a_key_leads_to_the_window(
    client: Client, waiting: Services
) -> None:
    """Nothing is asked."""
    answer = client.get(f"/payment/success?order={ORDER_ID}")
    assert (answer.status_code, answer["Location"]) == (303, PAY)
    assert not waiting.posts(CONFIRM)


def test_a_reload_says_the_same(client: Client, paid: Services) -> None:
    """It asks again by the same key; the payment service charges once."""
    assert client.get(BACK).status_code == client.get(BACK).status_code == 200
    first, again = paid.bodies(CONFIRM)
    assert first == again


def test_a_later_attempt_is_confirmed_by_tosss_word_for_it(
    client: Client, services: Services
) -> None:
    """Our own word in the address finds the order."""
    services.know(order(), payment(tossOrderId=f"{ORDER_ID}_2"), saga())
    services.answer(CONFIRM, {"message": "ok"}, method="POST")
    client.get(BACK.replace(f"orderId={ORDER_ID}", f"orderId={ORDER_ID}_2"))
    assert services.bodies(CONFIRM)[0]["orderId"] == f"{ORDER_ID}_2"


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (402, "REJECT_CARD_PAYMENT", "Your card was declined"),
        (409, "PAYMENT_EXPIRED", "The time to pay is over."),
        (409, "PAYMENT_CANCELLED", "The order was cancelled."),
        (503, "PAYMENT_IN_DOUBT", "you will not be charged twice"),
        (402, "NEW_CODE", "as the bank said &lt;b&gt;"),
    ],
)
def test_a_refusal_is_told_in_words(
    client: Client, waiting: Services, status: int, code: str, sentence: str
) -> None:
    """And what can be done next."""
    waiting.refuse(CONFIRM, status, code, "as the bank said <b>")
    answer = client.get(BACK)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert sentence in page
    assert ("Ask again" in page) is (code == "PAYMENT_IN_DOUBT")


def test_who_paid_before_by_another_key_is_led_to_the_order(
    client: Client, paid: Services
) -> None:
    """With the news that nothing was charged twice."""
    paid.refuse(CONFIRM, 409, "ALREADY_PAID")
    assert client.get(BACK)["Location"] == f"/orders/{ORDER_ID}"
    page = client.get(f"/orders/{ORDER_ID}").content.decode()
    assert "You were not charged twice." in page


def test_a_payment_service_that_is_away_is_no_error(
    client: Client, waiting: Services
) -> None:
    """The same address can be asked again."""
    waiting.refuse(CONFIRM, 500, "INTERNAL_ERROR")
    answer = client.get(BACK)
    assert answer.status_code == 503
    assert f'href="{BACK.replace("&", "&amp;")}"' in answer.content.decode()


def test_who_closes_the_window_can_open_it_again(text: Text, waiting: Services) -> None:
    """Or cancel; nothing was charged."""
    page = text(f"/payment/fail?order={ORDER_ID}&code=PAY_PROCESS_CANCELED&message=x")
    assert "You closed the payment window." in page
    assert f'href="{PAY}"' in page and f'href="/orders/{ORDER_ID}/cancel"' in page
    assert not waiting.posts(CONFIRM)


def test_what_the_address_says_is_text_and_short(text: Text, waiting: Services) -> None:
    """Anybody can write an address."""
    page = text(
        f"/payment/fail?orderId={ORDER_ID}&code=?&message=<script>x</script>{'a' * 999}"
    )
    why = page[page.index('id="why"') :].partition("</p>")[0]
    assert "&lt;script&gt;x" in why and "a" * 300 not in why
    assert "<script>x" not in page


@pytest.mark.parametrize(
    "query", ["", "?order=../../admin", "?orderId=ORD-none", "?order=a%00b"]
)
def test_an_address_without_an_order_is_not_found(client: Client, query: str) -> None:
    """Nothing is asked by what can be no id."""
    assert client.get(f"/payment/success{query}").status_code == 404
    assert client.get(f"/payment/fail{query}").status_code == 404
