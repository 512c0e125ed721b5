"""The customer pays through Toss's window, which the sandbox stands for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from common.conf import toss_sandbox
from common.conf.service import HOST
from compose.scenarios.api import Answer, NotReachable, Record, decode, encode, money
from compose.scenarios.shop import (
    ORCHESTRATION,
    Mismatch,
    Placed,
    Run,
    cancel_order,
    cancelled_outcome,
    expect,
    expect_statuses,
    outcome_of,
    place,
)

PRODUCT = "PROD002"

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
NO_SANDBOX = "skipped: there is no sandbox here, and the real Toss wants a person"


@dataclass(frozen=True, slots=True)
class Window:
    """What the window gives the customer's browser."""

    payment_key: str
    order_id: str
    amount: Decimal


def pay_in_the_window(run: Run, mode: str) -> str:
    """Paid with a good card, confirmed twice, charged once, completed."""
    if not has_sandbox(run):
        return NO_SANDBOX
    placed = offered(run, mode)
    window = pay(run, placed, GOOD_CARD)
    first = confirm(run, window).must_be(200)
    again = confirm(run, window).must_be(200)
    expect("cached", (False, True), (first["cached"], again["cached"]))
    outcome = outcome_of(run, placed)
    expect_statuses(outcome, order="COMPLETED", payment="SUCCESS")
    payment = outcome.payment or Record()
    expect("tossPaymentKey", window.payment_key, payment["tossPaymentKey"])
    return f"{placed.order_id} paid {money(payment['amount'])}, asked twice"


def declined_in_the_window(run: Run, mode: str) -> str:
    """A card that the bank declines: the order fails, and nothing is paid."""
    if not has_sandbox(run):
        return NO_SANDBOX
    placed = offered(run, mode)
    refused = confirm(run, pay(run, placed, DECLINED_CARD))
    code = refused.must_be(402)["code"]
    saga = {"saga": "COMPENSATED"} if mode == ORCHESTRATION else {}
    expect_statuses(outcome_of(run, placed), order="FAILED", payment="FAILED", **saga)
    return f"{placed.order_id}: {code}"


def cancel_in_the_window(run: Run, mode: str) -> str:
    """Cancelled while the customer pays: the confirm that comes then is refused."""
    if not has_sandbox(run):
        return NO_SANDBOX
    placed = offered(run, mode)
    window = pay(run, placed, GOOD_CARD)
    cancel_order(run, placed).must_be(202)
    expect_statuses(cancelled_outcome(run, placed), order="CANCELLED")
    code = confirm(run, window).must_be(409)["code"]
    return f"{placed.order_id}: 409 {code}"


def has_sandbox(run: Run) -> bool:
    """True where the sandbox answers."""
    try:
        return _sandbox(run, "GET", "/health").status == 200
    except NotReachable:
        return False


def offered(run: Run, mode: str) -> Placed:
    """An order that waits for its customer to pay."""
    line = run.line(PRODUCT, 1)
    placed = place(run, mode, line, method="TOSS")
    run.services.wait(
        f"the payment of {placed.order_id} to wait for its customer",
        lambda: run.services.find("payment", _payment_path(placed)),
        lambda payment: payment is not None and payment["status"] == "PENDING",
    )
    return placed


def pay(run: Run, placed: Placed, card: str) -> Window:
    """The customer enters a card and agrees."""
    payment = run.services.get("payment", _payment_path(placed))
    amount = money(payment["amount"])
    body = {"orderId": payment["tossOrderId"], "amount": amount, "cardNumber": card}
    paid = _sandbox(run, "POST", "/sandbox/payments", body).must_be(200, 201)
    return Window(paid["paymentKey"], paid["orderId"], amount)


def confirm(run: Run, window: Window) -> Answer:
    """The browser comes back from the window."""
    body = {
        "paymentKey": window.payment_key,
        "orderId": window.order_id,
        "amount": window.amount,
    }
    answer = run.services.post("payment", "/api/payments/confirm", body)
    if answer.status == 503:
        raise Mismatch("the answer to a confirm", "a clear one", answer.body)
    return answer


def _payment_path(placed: Placed) -> str:
    return f"/api/payments/order/{placed.order_id}"


def _sandbox(
    run: Run, method: str, path: str, body: dict[str, Any] | None = None
) -> Answer:
    url = f"http://{HOST}:{toss_sandbox.PORT + run.services.port_offset}{path}"
    try:
        response = httpx.request(
            method,
            url,
            content=encode(body) if body else None,
            headers={"Content-Type": "application/json"},
            trust_env=False,
        )
    except httpx.TransportError as error:
        raise NotReachable(f"Toss's sandbox does not answer at {url}.") from error
    request = f"{method} {path} (toss-sandbox)"
    found = decode(response.text, request, response.status_code)
    return Answer(status=response.status_code, body=found, request=request)
