"""What a customer does: order, pay, cancel, try again. The services do it."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from common.web import peers
from order_svc.storefront.goods import Basket
from order_svc.storefront.purchase import Purchase, Saga

# Longer than the payment service waits for Toss (TOSS_TIMEOUT_S is 60 at most).
CHARGE_PATIENCE = httpx.Timeout(65.0, connect=1.5)
# The payment service answers, though with an outage's status: Toss did not.
IN_DOUBT = "PAYMENT_IN_DOUBT"
STARTS = {
    "ORCHESTRATION": ("orchestrator", "/api/orchestrator/orders"),
    "CHOREOGRAPHY": ("order", "/api/orders"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """What the customer said at the till."""

    customer_id: str
    mode: str
    method: str
    key: str


def place(basket: Basket, checkout: Checkout) -> str:
    """The id of the order; the same form sent twice is one.

    Raises NoAnswer, Refused.
    """
    service, path = STARTS[checkout.mode]
    body = {
        "customerId": checkout.customer_id,
        "items": basket.items,
        "paymentMethod": checkout.method,
    }
    placed = peers.post(service, path, body, key=checkout.key)
    return str(placed["orderId"])


def confirm(purchase: Purchase, payment_key: str) -> None:
    """Charge what the customer agreed to: our amount, once. Raises NoAnswer, Refused.

    Where the payment has not come to its service yet, that waits for it a moment.
    """
    known = purchase.payment
    body = {
        "paymentKey": payment_key,
        "orderId": known.toss_order_id if known else purchase.order_id,
        "amount": known.amount if known else purchase.total,
    }
    try:
        peers.post("payment", "/api/payments/confirm", body, timeout=CHARGE_PATIENCE)
    except peers.NoAnswer as error:
        if error.code != IN_DOUBT:
            raise
        raise peers.Refused(
            error.service, error.status, error.code, error.detail
        ) from error


def cancel(order_id: str, reason: str) -> None:
    """The order is being undone. Raises NoAnswer, Refused."""
    peers.post("order", f"/api/orders/{order_id}/cancel", {"reason": reason})


def retry(saga: Saga) -> None:
    """An order that came to nothing is tried once more. Raises NoAnswer, Refused."""
    path = f"/api/orchestrator/sagas/{saga.saga_id}/retry"
    peers.post("orchestrator", path, {"reason": "asked for by the customer"})
