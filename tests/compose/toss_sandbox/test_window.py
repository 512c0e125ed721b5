"""The payment window: what a person sees, enters and is sent back with."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from compose.toss_sandbox.models import Status, TossPayment
from tests.compose.toss_sandbox.desk import ORDER, Desk, Response, payment_of

GIVEN = {
    "clientKey": "test_ck_sandbox",
    "orderId": ORDER,
    "amount": "1229.5",
    "orderName": "Laptop",
    "customerKey": "customer",
    "successUrl": "http://localhost:3000/payment/success?from=window#top",
    "failUrl": "https://127.0.0.1:3000/payment/fail",
}
ENTERED = {"card": "4242 4242 4242 4242", "expiry": "12/99", "cvc": "123", "pay": "1"}


class Fields(HTMLParser):
    """The form's fields in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("name"):
            self.values[str(found["name"])] = found.get("value") or ""


class Browser:
    """A customer's browser at the window."""

    def __init__(self, language: str = "en") -> None:
        self.client = Client(
            enforce_csrf_checks=True, headers={"Accept-Language": language}
        )

    def open(self, **changed: Any) -> Response:
        """GET the window; None leaves a parameter out."""
        given = {k: v for k, v in {**GIVEN, **changed}.items() if v is not None}
        self.url = f"/window?{urlencode(given)}"
        return self.client.get(self.url)

    def send(self, page: Response, **entered: str) -> Response:
        """Fill in the page's form and send it."""
        hidden = Fields(page.content.decode()).values
        return self.client.post(self.url, {**hidden, **entered})


@pytest.fixture
def browser(db: None) -> Browser:
    """A customer's browser."""
    return Browser()


def text_of(response: Response) -> str:
    """The page's source."""
    return response.content.decode()


def test_a_person_pays_and_is_sent_back(browser: Browser, desk: Desk) -> None:
    """With what a confirm needs; what was in the address before is still there."""
    response = browser.send(browser.open(), **ENTERED)
    assert response.status_code == 303
    target = urlsplit(response["Location"])
    assert (target.netloc, target.path, target.fragment) == (
        "localhost:3000",
        "/payment/success",
        "top",
    )
    answer = {name: one for name, (one,) in parse_qs(target.query).items()}
    assert answer == {
        "from": "window",
        "paymentType": "NORMAL",
        "paymentKey": payment_of().payment_key,
        "orderId": ORDER,
        "amount": "1229.5",
    }
    body = {**answer, "amount": 1229.5}
    assert desk.confirm(body).status_code == 200


def test_the_window_says_what_is_paid(browser: Browser) -> None:
    """Amount, name and order, and that no money moves; the payment is READY."""
    page = text_of(browser.open())
    for words in ("$1,229.50", "Laptop", ORDER, "no money moves", "Never enter a card"):
        assert words in page
    assert payment_of().status == Status.READY


def test_the_window_lists_the_test_cards(browser: Browser) -> None:
    """Each with what it does, and a link that fills it in."""
    page = text_of(browser.open())
    assert "4000-0000-0000-0002" in page
    assert "is declined: over its limit" in page
    links = re.findall(r'href="(\?[^"]+)"', page)
    filled = browser.client.get("/window" + links[1].replace("&amp;", "&"))
    entered = Fields(text_of(filled)).values
    assert entered["card"] == "4000-0000-0000-0002"
    assert browser.send(filled, pay="1").status_code == 303


def test_closing_leads_to_the_other_address(browser: Browser) -> None:
    """With Toss's code for it; nothing was agreed to."""
    response = browser.send(browser.open(), close="1")
    target = urlsplit(response["Location"])
    assert (target.scheme, target.netloc) == ("https", "127.0.0.1:3000")
    answer = parse_qs(target.query)
    assert (answer["code"], answer["orderId"]) == (["PAY_PROCESS_CANCELED"], [ORDER])
    assert payment_of().status == Status.READY


@pytest.mark.parametrize(
    ("entered", "complaint"),
    [
        ({"card": ""}, "This is no test card"),
        ({"card": "5555-5555-5555-4444"}, "This is no test card"),
        ({"card": "<script>"}, "This is no test card"),
        ({"expiry": "01/20"}, "lies in the future"),
        ({"expiry": "13/99"}, "lies in the future"),
        ({"expiry": ""}, "lies in the future"),
        ({"cvc": "12"}, "three or four digits"),
        ({"cvc": "abc"}, "three or four digits"),
    ],
)
def test_what_was_entered_wrongly_is_said(
    browser: Browser, entered: dict[str, str], complaint: str
) -> None:
    """In the same window, with what was entered; nothing was agreed to."""
    response = browser.send(browser.open(), **{**ENTERED, **entered})
    page = text_of(response)
    assert (response.status_code, complaint in page) == (422, True)
    assert "<script>" not in page
    again = Fields(page).values
    assert again["paymentKey"] == payment_of().payment_key
    for name, value in entered.items():
        assert again[name] == value
    assert payment_of().status == Status.READY


def test_a_card_is_good_until_its_month_ends(browser: Browser) -> None:
    """This month's is taken; the year may have two digits or four."""
    month = timezone.localdate().strftime("%m/%Y")
    response = browser.send(browser.open(), **{**ENTERED, "expiry": month})
    assert response.status_code == 303


def test_a_second_click_changes_nothing(browser: Browser) -> None:
    """Both lead back with the same payment."""
    page = browser.open()
    first, again = browser.send(page, **ENTERED), browser.send(page, **ENTERED)
    assert first["Location"] == again["Location"]
    assert TossPayment.objects.count() == 1


def test_a_window_that_was_open_for_too_long_is_opened_anew(
    browser: Browser, settings: Settings
) -> None:
    """The customer is told, and pays in the new one."""
    page = browser.open()
    settings.SESSION_LASTS_S = 0
    late = browser.send(page, **ENTERED)
    assert (late.status_code, "open for too long" in text_of(late)) == (422, True)
    settings.SESSION_LASTS_S = 600
    assert browser.send(late, **ENTERED).status_code == 303


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"clientKey": "test_ck_other"}, 401, "UNAUTHORIZED_KEY"),
        ({"clientKey": None}, 401, "UNAUTHORIZED_KEY"),
        ({"orderId": "short"}, 400, "INVALID_ORDER_ID"),
        ({"orderId": None}, 400, "INVALID_ORDER_ID"),
        ({"amount": "much"}, 400, "INVALID_REQUEST"),
        ({"amount": "1e5"}, 400, "INVALID_REQUEST"),
        ({"amount": "0"}, 400, "BELOW_MINIMUM_AMOUNT"),
        ({"successUrl": None}, 400, "INVALID_REQUEST"),
        ({"successUrl": "https://evil.example/"}, 400, "INVALID_REQUEST"),
        ({"failUrl": "javascript:alert(1)"}, 400, "INVALID_REQUEST"),
    ],
)
def test_a_window_that_makes_no_sense_is_not_opened(
    browser: Browser, changed: dict[str, Any], status: int, code: str
) -> None:
    """A page says why, and nothing is in the books."""
    response = browser.open(**changed)
    assert response.status_code == status
    assert code in text_of(response)
    assert not TossPayment.objects.exists()


@pytest.mark.parametrize(
    "hostile", ['"><script>alert(1)</script>', "{{ 1 }}", "<b>", "\0", "\u202eevil"]
)
def test_hostile_text_is_text(browser: Browser, hostile: str) -> None:
    """Nothing of it becomes part of the page; no page runs a script."""
    response = browser.open(orderName=hostile)
    page = text_of(response)
    assert response.status_code == 200
    assert "<script" not in page
    assert "<b>" not in page
    assert "style=" not in page
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_form_of_another_page_is_refused(browser: Browser) -> None:
    """Without the window's token nothing is agreed to, and a page says so."""
    browser.open()
    response = browser.client.post(browser.url, ENTERED)
    assert response.status_code == 403
    assert "not sent from its own page" in text_of(response)
    assert payment_of().status == Status.READY


def test_a_form_leads_home_or_to_the_merchant_only(browser: Browser) -> None:
    """The policy names both of the merchant's origins, on the way out too."""
    page = browser.open()
    for response in (page, browser.send(page, **ENTERED)):
        assert response["Content-Security-Policy"].endswith(
            "form-action 'self' http://localhost:3000 https://127.0.0.1:3000"
        )


def test_the_window_speaks_korean(db: None) -> None:
    """To a browser that asks for it, and says so."""
    page = text_of(Browser("ko-KR,ko;q=0.9,en;q=0.5").open())
    assert '<html lang="ko">' in page
    assert "테스트 카드" in page
    assert "돈이 이동하지 않습니다" in page
    assert '<html lang="en">' in text_of(Browser("de").open())
