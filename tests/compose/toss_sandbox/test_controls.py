"""The sandbox's own interface: the window in one call, the log, who may ask."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from compose.toss_sandbox import request_log
from compose.toss_sandbox.models import LoggedRequest, TossPayment
from tests.compose.toss_sandbox.desk import ORDER, Desk, bodied

CONTROLS = ["/sandbox/payments", "/sandbox/requests", "/sandbox/behaviour"]


def test_the_window_is_one_call(desk: Desk) -> None:
    """What the browser would have been sent back with."""
    found = desk.agree(amount=12)
    assert found == {
        "paymentKey": TossPayment.objects.get().payment_key,
        "orderId": ORDER,
        "amount": 12,
    }
    listed = bodied(desk.client.get("/sandbox/payments"))["payments"]
    assert [(one["orderId"], one["status"]) for one in listed] == [
        (ORDER, "IN_PROGRESS")
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"orderId": ORDER}, "INVALID_REQUEST"),
        ({"orderId": "short", "amount": 1}, "INVALID_ORDER_ID"),
        ({"orderId": 5, "amount": 1}, "INVALID_REQUEST"),
        ({"orderId": ORDER, "amount": -1}, "BELOW_MINIMUM_AMOUNT"),
        (
            {"orderId": ORDER, "amount": 1, "cardNumber": "5555555555554444"},
            "INVALID_CARD_NUMBER",
        ),
        ({"orderId": ORDER, "amount": 1, "cardNumber": 4242}, "INVALID_REQUEST"),
        ({"orderId": ORDER, "amount": 1, "orderName": 1}, "INVALID_REQUEST"),
        ([], "INVALID_REQUEST"),
    ],
)
def test_what_the_window_would_not_open_for_is_refused(
    desk: Desk, body: Any, code: str
) -> None:
    """400 with Toss's code, and nothing in the books."""
    response = desk.post("/sandbox/payments", body)
    assert (response.status_code, bodied(response)["code"]) == (400, code)
    assert not TossPayment.objects.exists()


@pytest.mark.parametrize("path", CONTROLS)
def test_only_this_machine_may_ask(desk: Desk, path: str) -> None:
    """Nor may a page of another site make a browser ask."""
    assert desk.client.get(path).status_code == 200
    assert desk.client.get(path, REMOTE_ADDR="192.0.2.1").status_code == 403
    for site, status in (("cross-site", 403), ("same-origin", 200), ("none", 200)):
        headers = {"Sec-Fetch-Site": site}
        assert desk.client.get(path, headers=headers).status_code == status
    assert desk.client.patch(path).status_code == 405


def test_the_log_holds_every_call_in_order(desk: Desk) -> None:
    """Also those that were turned away; what came in, and what went out."""
    body = desk.agree()
    Desk("").confirm(body)
    desk.confirm(body, Idempotency_Key="k-1")
    desk.cancel(body["paymentKey"], {"cancelReason": "x"})
    desk.get(f"/v1/payments/orders/{ORDER}")
    found = desk.log()
    assert [(one["method"], one["status"], one["code"]) for one in found] == [
        ("POST", 401, "UNAUTHORIZED_KEY"),
        ("POST", 200, ""),
        ("POST", 200, ""),
        ("GET", 200, ""),
    ]
    assert {one["orderId"] for one in found} == {ORDER}
    confirm = found[1]
    assert confirm["path"] == "/v1/payments/confirm"
    assert confirm["idempotencyKey"] == "k-1"
    assert confirm["paymentKey"] == body["paymentKey"]
    assert confirm["body"]["amount"] == Decimal("29.99")
    assert confirm["ms"] > 0
    assert [one["id"] for one in found] == sorted(one["id"] for one in found)


def test_the_log_is_asked_in_parts(desk: Desk) -> None:
    """By path, order, payment, and since when."""
    first, second = desk.paid("ORD-000001"), desk.paid("ORD-000002")
    desk.cancel(first, {"cancelReason": "x"})
    assert len(desk.log("?path=cancel")) == 1
    assert len(desk.log("?orderId=ORD-000001")) == 2
    assert len(desk.log(f"?paymentKey={second}")) == 1
    since = desk.log()[0]["id"]
    assert [one["id"] > since for one in desk.log(f"?since={since}")] == [True, True]
    assert len(desk.log("?since=x")) == 3


def test_the_log_can_be_emptied(desk: Desk) -> None:
    """Its ids go on, so that `since` still says what is new."""
    desk.paid("ORD-000001")
    (before,) = desk.log()
    assert desk.client.delete("/sandbox/requests").status_code == 204
    assert desk.log() == []
    desk.paid("ORD-000002")
    assert [one["id"] > before["id"] for one in desk.log()] == [True]


def test_the_log_keeps_no_secret(desk: Desk) -> None:
    """The key that authorised a call is in no field of it."""
    desk.paid()
    assert "test_sk" not in str(desk.log())
    assert "Basic" not in str(LoggedRequest.objects.values())


@pytest.mark.parametrize(
    "odd", ["\ud800", "\0", "x" * 5_000, '"}', 5, None, ["a"], {"a": 1}]
)
def test_the_log_takes_whatever_comes(desk: Desk, odd: Any) -> None:
    """A long body is cut, and is a text then."""
    body = {"paymentKey": odd, "orderId": odd, "amount": 1}
    assert desk.confirm(body).status_code in (400, 404)
    (found,) = desk.log()
    assert found["body"] == body or str(found["body"]).startswith('{"paymentKey": "xx')


def test_the_log_is_cut(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest stay."""
    monkeypatch.setattr(request_log, "KEPT", 2)
    for _ in range(4):
        desk.get("/v1/payments/tsb_x")
    newest = [one["id"] for one in desk.log()][-2:]
    request_log.forget_old()
    assert [one["id"] for one in desk.log()] == newest


def test_it_is_healthy(desk: Desk) -> None:
    """By both names that are asked for."""
    for path in ("/health", "/readyz"):
        assert bodied(desk.client.get(path))["status"] == "ok"
