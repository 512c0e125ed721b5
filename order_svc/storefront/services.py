"""What a customer does: order, pay, cancel, try again. The services do it."""

from __future__ import annotations

from dataclasses import dataclass

from order_svc.storefront import calls
from order_svc.storefront.goods import Basket
from order_svc.storefront.purchase import Purchase, Saga

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
    """The id of the order; the same form sent twice is one. Raises Away, Refused."""
    service, path = STARTS[checkout.mode]
    body = {
        "customerId": checkout.customer_id,
        "items": basket.items,
        "paymentMethod": checkout.method,
    }
    placed = calls.post(service, path, body, key=checkout.key)
    return str(placed["orderId"])


def confirm(purchase: Purchase, payment_key: str) -> None:
    """Charge what the customer agreed to: our amount, once. Raises Away, Refused.

    Where the payment has not come to its service yet, that waits for it a moment.
    """
    known = purchase.payment
    body = {
        "paymentKey": payment_key,
        "orderId": known.toss_order_id if known else purchase.order_id,
        "amount": known.amount if known else purchase.total,
    }
    calls.post("payment", "/api/payments/confirm", body, patience=calls.CHARGE_PATIENCE)


def cancel(order_id: str, reason: str) -> None:
    """The order is being undone. Raises Away, Refused."""
    calls.post("order", f"/api/orders/{order_id}/cancel", {"reason": reason})


def retry(saga: Saga) -> None:
    """An order that came to nothing is tried once more. Raises Away, Refused."""
    path = f"/api/orchestrator/sagas/{saga.saga_id}/retry"
    calls.post("orchestrator", path, {"reason": "asked for by the customer"})
