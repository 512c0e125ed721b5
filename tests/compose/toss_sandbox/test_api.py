"""Toss's calls: who may ask, what is charged, given back and found."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from compose.toss_sandbox.models import Status, TossPayment
from tests.compose.toss_sandbox.desk import AUTHORISED, ORDER, Desk, bodied, payment_of


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        f"Bearer {AUTHORISED}",
        "Basic ???",
        "Basic dGVzdF9za19zYW5kYm94",  # without the colon
        "Basic b3RoZXI6",
        "Basic é",
    ],
)
def test_without_the_secret_key_nobody_is_served(db: None, authorization: str) -> None:
    """401, and no money moves."""
    body = Desk().agree()
    response = Desk(authorization).confirm(body)
    assert (response.status_code, bodied(response)["code"]) == (401, "UNAUTHORIZED_KEY")
    assert payment_of().status == Status.IN_PROGRESS


def test_a_confirm_charges_what_was_agreed_to(desk: Desk) -> None:
    """The answer is the whole payment, its amount exact, its times Seoul's."""
    found = bodied(desk.confirm(desk.agree(orderName="Mouse")))
    assert {
        name: found[name]
        for name in (
            *("orderId", "orderName", "status", "type", "method", "currency"),
            *("totalAmount", "balanceAmount", "cancels", "failure"),
            *("isPartialCancelable", "version"),
        )
    } == {
        "orderId": ORDER,
        "orderName": "Mouse",
        "status": "DONE",
        "type": "NORMAL",
        "method": "카드",
        "currency": "USD",
        "totalAmount": Decimal("29.99"),
        "balanceAmount": Decimal("29.99"),
        "cancels": None,
        "failure": None,
        "isPartialCancelable": True,
        "version": "2022-11-16",
    }
    assert found["approvedAt"].endswith("+09:00")
    assert found["card"]["number"] == "42424242****424*"
    key = found["paymentKey"]
    assert found["receipt"] == {"url": f"http://127.0.0.1:3900/receipts/{key}"}


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"amount": 0.01}, 403, "FORBIDDEN_REQUEST"),
        ({"orderId": "ORD-000002"}, 403, "FORBIDDEN_REQUEST"),
        ({"paymentKey": "tsb_other"}, 404, "NOT_FOUND_PAYMENT_SESSION"),
        ({"amount": "29.99"}, 400, "INVALID_REQUEST"),
        ({"amount": True}, 400, "INVALID_REQUEST"),
        ({"amount": 29.999}, 400, "INVALID_REQUEST"),
        ({"amount": 0}, 400, "BELOW_MINIMUM_AMOUNT"),
        ({"amount": 1e300}, 400, "BELOW_MINIMUM_AMOUNT"),
        ({"paymentKey": None}, 400, "INVALID_REQUEST"),
        ({"paymentKey": ["a"]}, 400, "INVALID_REQUEST"),
        ({"orderId": "\ud800"}, 400, "INVALID_REQUEST"),
        ({"orderId": "a\0b"}, 400, "INVALID_REQUEST"),
        ({"orderId": "a" * 301}, 400, "INVALID_REQUEST"),
    ],
)
def test_what_was_not_agreed_to_is_not_charged(
    desk: Desk, changed: dict[str, Any], status: int, code: str
) -> None:
    """Another order, amount or key; and the customer may still pay."""
    body = desk.agree()
    response = desk.confirm({**body, **changed})
    assert (response.status_code, bodied(response)["code"]) == (status, code)
    assert desk.confirm(body).status_code == 200


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "1", b"\xff", "[" * 30_000, '{"amount": NaN}', "x" * 70_000]
)
def test_what_is_no_json_object_is_an_invalid_request(
    desk: Desk, body: str | bytes
) -> None:
    """With a code, and in the log."""
    response = desk.post("/v1/payments/confirm", body)
    assert (response.status_code, bodied(response)["code"]) == (400, "INVALID_REQUEST")
    assert [one["code"] for one in desk.log()] == ["INVALID_REQUEST"]


def test_a_payment_is_charged_once(desk: Desk) -> None:
    """A second confirm says so."""
    body = desk.agree()
    desk.confirm(body)
    again = desk.confirm(body)
    assert (again.status_code, bodied(again)["code"]) == (
        400,
        "ALREADY_PROCESSED_PAYMENT",
    )


def test_an_order_is_charged_once(desk: Desk) -> None:
    """By another payment of it, too; the database would not take a second one."""
    desk.paid()
    second = desk.agree()
    response = desk.confirm(second)
    assert (response.status_code, bodied(response)["code"]) == (
        400,
        "DUPLICATED_ORDER_ID",
    )
    waiting = TossPayment.objects.filter(payment_key=second["paymentKey"])
    with pytest.raises(IntegrityError), transaction.atomic():
        waiting.update(status=Status.DONE)


def test_a_part_is_given_back_then_the_rest(desk: Desk) -> None:
    """Each cancel has its own line; the balance is exact."""
    key = desk.paid()
    part = bodied(desk.cancel(key, {"cancelReason": "one", "cancelAmount": 9.98}))
    assert (part["status"], part["balanceAmount"]) == (
        "PARTIAL_CANCELED",
        Decimal("20.01"),
    )
    rest = bodied(desk.cancel(key, {"cancelReason": "all"}))
    assert (rest["status"], rest["balanceAmount"]) == ("CANCELED", 0)
    assert [
        (one["cancelAmount"], one["refundableAmount"], one["cancelReason"])
        for one in rest["cancels"]
    ] == [
        (Decimal("9.98"), Decimal("20.01"), "one"),
        (Decimal("20.01"), 0, "all"),
    ]
    assert rest["lastTransactionKey"] == rest["cancels"][-1]["transactionKey"]
    assert rest["isPartialCancelable"] is False


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"cancelReason": "x", "cancelAmount": 30}, 403, "NOT_CANCELABLE_AMOUNT"),
        ({"cancelReason": "x", "cancelAmount": -1}, 400, "BELOW_MINIMUM_AMOUNT"),
        ({"cancelReason": "x", "cancelAmount": "1"}, 400, "INVALID_REQUEST"),
        ({}, 400, "INVALID_REQUEST"),
        ({"cancelReason": "x" * 201}, 400, "INVALID_REQUEST"),
    ],
)
def test_what_cannot_be_given_back_is_refused(
    desk: Desk, body: dict[str, Any], status: int, code: str
) -> None:
    """All of the money stays."""
    response = desk.cancel(desk.paid(), body)
    assert (response.status_code, bodied(response)["code"]) == (status, code)
    assert payment_of().balance == Decimal("29.99")


def test_what_was_given_back_is_not_given_back_again(desk: Desk) -> None:
    """400, as Toss says."""
    key = desk.paid()
    desk.cancel(key, {"cancelReason": "x"})
    again = desk.cancel(key, {"cancelReason": "x"})
    assert (again.status_code, bodied(again)["code"]) == (
        400,
        "ALREADY_CANCELED_PAYMENT",
    )


def test_only_a_charged_payment_is_cancelled(desk: Desk) -> None:
    """One that waits is not, nor one that nobody knows."""
    waiting = desk.cancel(desk.agree()["paymentKey"], {"cancelReason": "x"})
    assert (waiting.status_code, bodied(waiting)["code"]) == (
        403,
        "NOT_CANCELABLE_PAYMENT",
    )
    unknown = desk.cancel("tsb_nobody", {"cancelReason": "x"})
    assert (unknown.status_code, bodied(unknown)["code"]) == (404, "NOT_FOUND_PAYMENT")


def test_a_payment_is_found_by_key_and_by_order(desk: Desk) -> None:
    """Both are the same; what is not there is a 404."""
    key = desk.paid()
    by_key = bodied(desk.get(f"/v1/payments/{key}"))
    assert by_key["status"] == "DONE"
    assert bodied(desk.get(f"/v1/payments/orders/{ORDER}")) == by_key
    for path in ("tsb_nobody", "orders/ORD-nobody"):
        response = desk.get(f"/v1/payments/{path}")
        found = (response.status_code, bodied(response)["code"])
        assert found == (404, "NOT_FOUND_PAYMENT")


def test_of_an_order_the_charged_payment_is_found(desk: Desk) -> None:
    """However many were begun after it."""
    key = desk.paid()
    desk.agree()
    assert bodied(desk.get(f"/v1/payments/orders/{ORDER}"))["paymentKey"] == key


def test_a_billing_key_charges_without_a_customer(desk: Desk) -> None:
    """At once, as a payment of type BILLING."""
    found = bodied(desk.bill())
    assert (found["status"], found["type"], found["totalAmount"]) == (
        "DONE",
        "BILLING",
        Decimal("29.99"),
    )


@pytest.mark.parametrize(
    ("billing_key", "changed", "status", "code"),
    [
        ("billing_other", {}, 404, "NOT_FOUND_BILLING"),
        (
            "billing_sandbox",
            {"customerKey": "other"},
            400,
            "NOT_MATCHES_CUSTOMER_KEY",
        ),
        ("billing_sandbox", {"orderName": None}, 400, "INVALID_REQUEST"),
        ("billing_sandbox", {"orderId": "short"}, 400, "INVALID_ORDER_ID"),
        ("billing_sandbox_declines", {}, 403, "REJECT_CARD_PAYMENT"),
    ],
)
def test_a_charge_by_billing_key_may_be_refused(
    desk: Desk, billing_key: str, changed: dict[str, Any], status: int, code: str
) -> None:
    """The key, its customer, the order or the card."""
    response = desk.bill(billing_key, **changed)
    assert (response.status_code, bodied(response)["code"]) == (status, code)
    assert not TossPayment.objects.filter(status=Status.DONE).exists()


def test_an_order_is_billed_once(desk: Desk) -> None:
    """A second charge under its id is refused."""
    desk.bill()
    response = desk.bill()
    assert (response.status_code, bodied(response)["code"]) == (
        400,
        "DUPLICATED_ORDER_ID",
    )


def test_there_are_no_other_addresses(desk: Desk) -> None:
    """404 as the API writes it."""
    response = desk.post("/v1/payments", {})
    assert (response.status_code, bodied(response)["code"]) == (404, "NOT_FOUND")


def test_a_fault_of_the_sandbox_is_told_as_toss_would(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 with a code, and a line in the log."""
    body = desk.agree()

    def broken(body: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("compose.toss_sandbox.effects.confirm", broken)
    response = desk.confirm(body)
    assert (response.status_code, bodied(response)["code"]) == (500, "COMMON_ERROR")
    assert [(one["status"], one["code"]) for one in desk.log()] == [
        (500, "COMMON_ERROR")
    ]
