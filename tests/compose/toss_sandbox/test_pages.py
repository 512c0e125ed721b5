"""The receipt, the books, and the pages that say what is wrong."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.compose.toss_sandbox.desk import Desk

PAGES = ["/", "/receipts/tsb_nobody", "/nothing", "/window"]


def page_at(path: str) -> str:
    """The page's source."""
    return Client().get(path).content.decode()


def test_a_receipt_tells_of_the_charge_and_what_was_given_back(desk: Desk) -> None:
    """The card by its last digits only."""
    key = desk.paid(orderName="Mouse <b>")
    desk.cancel(key, {"cancelReason": "<i>changed</i>", "cancelAmount": 9.99})
    page = page_at(f"/receipts/{key}")
    for words in ("Receipt", "$29.99", "−$9.99", "$20.00", "•••• 4242", "ORD-000001"):
        assert words in page
    assert "4242-4242" not in page
    assert "&lt;i&gt;changed&lt;/i&gt;" in page


def test_without_a_charge_there_is_no_receipt(desk: Desk) -> None:
    """The page says that no money was taken, and why."""
    body = desk.agree(cardNumber="4000000000000002")
    desk.confirm(body)
    page = page_at(f"/receipts/{body['paymentKey']}")
    assert "No money was taken." in page
    assert "REJECT_CARD_PAYMENT" in page
    assert "Receipt</h1>" not in page


def test_the_books_show_payments_and_calls(desk: Desk) -> None:
    """The newest first, with the answers that were given."""
    desk.paid("ORD-000001")
    desk.confirm(desk.agree("ORD-000002", cardNumber="4000000000000002"))
    desk.behave(path="find", action="fail", code="FDS_ERROR")
    page = page_at("/")
    assert page.index("ORD-000002") < page.index("ORD-000001")
    for words in ("DONE", "ABORTED", "403 REJECT_CARD_PAYMENT", "find fail FDS_ERROR"):
        assert words in page


def test_a_long_book_costs_no_more_queries(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Four, however many payments there are."""
    for number in range(10, 20):
        desk.paid(f"ORD-0000{number}")
    with django_assert_num_queries(4):
        page_at("/")


def test_the_secrets_are_on_no_page(desk: Desk) -> None:
    """Neither the merchant's key nor that of a payment."""
    desk.paid()
    page = page_at("/")
    assert "test_sk_sandbox" not in page
    assert "ps_" not in page


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_locked_down(db: None, path: str) -> None:
    """No script, no frame, nothing of other sites, kept by nobody."""
    response = Client().get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'; style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_host_of_somebody_else_is_not_answered(db: None) -> None:
    """A name that was bent to this machine shows nothing."""
    assert Client(headers={"Host": "evil.example"}).get("/").status_code == 400


def test_what_is_not_there_is_a_page(db: None) -> None:
    """404, in words."""
    response = Client().get("/nothing")
    assert response.status_code == 404
    assert "There is nothing at this address." in response.content.decode()


def test_a_fault_is_a_page_too(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """500, in words; details are in the log."""

    def broken(_key: str) -> None:
        raise RuntimeError("the detail")

    monkeypatch.setattr("compose.toss_sandbox.effects.find_by_key", broken)
    response = Client(raise_request_exception=False).get("/receipts/tsb_x")
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()
    assert "the detail" not in response.content.decode()


def test_the_style_is_served(db: None) -> None:
    """By the sandbox itself."""
    response = Client().get("/static/toss_sandbox/sandbox.css")
    assert (response.status_code, response["Content-Type"]) == (200, "text/css")
    assert b"prefers-color-scheme: dark" in b"".join(response)
