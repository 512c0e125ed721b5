"""A customer at Toss's window, and a look into Toss's books, on a running stack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from tests.e2e.shop import ENDED_ORDERS, MOUSE, STARTS, Shop, wait_until

KEY = ("test_sk_sandbox", "")
GOOD_CARD = "4242-4242-4242-4242"
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Window:
    """What the window gave the customer's browser: the body of a confirm."""

    payment_key: str
    order_id: str
    amount: Decimal

    @property
    def body(self) -> dict[str, Any]:
        """As the browser sends it on."""
        return {
            "paymentKey": self.payment_key,
            "orderId": self.order_id,
            "amount": float(self.amount),
        }


class TossShop:
    """Orders paid through the sandbox of a stack."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._url = shop.stack.url("toss-sandbox")
        self._http = httpx.Client(base_url=self._url, timeout=60)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def order(self, pattern: str, quantity: int = 1) -> str:
        """Order mice; the order's id, once its customer can pay."""
        service, path = STARTS[pattern]
        items = [{**MOUSE, "quantity": quantity}]
        body = {"customerId": "CUST-TOSS", "items": items, "paymentMethod": "TOSS"}
        answer = self.shop.post(service, path, body)
        answer.raise_for_status()
        order_id = str(answer.json()["orderId"])
        self.wait_for(order_id, {"PENDING"})
        return order_id

    def pay(self, order_id: str, card: str = GOOD_CARD) -> Window:
        """The customer enters a card in the window."""
        payment = self.payment(order_id)
        body = {
            "orderId": payment["tossOrderId"],
            "amount": float(payment["amount"]),
            "cardNumber": card,
        }
        answer = self._http.post("/sandbox/payments", json=body)
        answer.raise_for_status()
        found = answer.json(parse_float=Decimal)
        return Window(found["paymentKey"], found["orderId"], payment["amount"])

    def confirm(self, window: Window, **changed: Any) -> httpx.Response:
        """The browser comes back from the window."""
        body = {**window.body, **changed}
        return self.shop.post("payment", "/api/payments/confirm", body)

    def confirm_surely(self, window: Window) -> httpx.Response:
        """The same, again and again while there is no clear answer."""
        last: list[httpx.Response] = []

        def is_clear() -> bool:
            try:
                last[:] = [self.confirm(window)]
            except httpx.TransportError:
                return False
            return last[0].status_code < 500

        wait_until(is_clear, 60, lambda: f"no clear answer: {last}")
        return last[0]

    def payment(self, order_id: str) -> dict[str, Any]:
        """Our payment of the order."""
        found: dict[str, Any] = self.shop.get(
            "payment", f"/api/payments/order/{order_id}"
        )
        return found

    def wait_for(self, order_id: str, statuses: set[str], seconds: float = 30) -> None:
        """Return when the order's payment is in one of these states."""
        path = f"/api/payments/order/{order_id}"

        def state() -> str:
            answer = self.shop.ask("payment", path)
            return str(answer.json().get("status"))

        wait_until(
            lambda: state() in statuses, seconds, lambda: f"{order_id} {state()}"
        )

    def end_of(self, order_id: str, seconds: float = 60) -> str:
        """The state in which the order ended."""

        def state() -> str:
            answer = self.shop.ask("order", f"/api/orders/{order_id}")
            return str(answer.json().get("status"))

        wait_until(
            lambda: state() in ENDED_ORDERS, seconds, lambda: f"{order_id} {state()}"
        )
        return state()

    def at_toss(self, order_id: str) -> dict[str, Any] | None:
        """Toss's payment of the order, asked through its API."""
        answer = self._http.get(f"/v1/payments/orders/{order_id}", auth=KEY)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        found: dict[str, Any] = answer.json(parse_float=Decimal)
        return found

    def at_toss_directly(self, window: Window) -> httpx.Response:
        """A confirm of which our services know nothing."""
        return self._http.post("/v1/payments/confirm", json=window.body, auth=KEY)

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        """The calls that came in at Toss."""
        answer = self._http.get("/sandbox/requests", params=filters)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["requests"]
        return found

    def charges(self, order_id: str) -> list[dict[str, Any]]:
        """The confirms of this order that came in at Toss."""
        return [
            one
            for one in self.requests(orderId=order_id)
            if one["path"].endswith("/confirm")
        ]

    def wait_for_charge(self, order_id: str) -> None:
        """Return when a confirm of the order has come in at Toss."""
        wait_until(
            lambda: bool(self.charges(order_id)), 30, lambda: f"no confirm {order_id}"
        )

    def behave(self, **how: Any) -> None:
        """Have Toss answer slowly, wrongly or not at all."""
        self._http.put("/sandbox/behaviour", json=how).raise_for_status()

    def behave_well(self) -> None:
        """Have Toss answer as it does."""
        self._http.delete("/sandbox/behaviour").raise_for_status()

    def check(self, order_ids: Sequence[str]) -> None:
        """Toss's books and ours agree, and the orders with both."""
        for order_id in order_ids:
            self._check(order_id)

    def _check(self, order_id: str) -> None:
        ours, toss = self.payment(order_id), self.at_toss(order_id)
        order = self.shop.get("order", f"/api/orders/{order_id}")
        said = f"{order_id}: order {order['status']}, payment {ours['status']}, {toss}"
        assert _kept(ours) == _kept_at_toss(toss), said
        due = ours["amount"] if order["status"] == "COMPLETED" else Decimal(0)
        assert _kept(ours) == due, said


@contextmanager
def at_toss(shop: Shop) -> Iterator[TossShop]:
    """Toss's sandbox beside the shop, in its ordinary mood before and after."""
    found = TossShop(shop)
    try:
        found.behave_well()
        yield found
        found.behave_well()
    finally:
        found.close()


def _kept(payment: dict[str, Any]) -> Decimal:
    if payment["status"] not in ("SUCCESS", "REFUNDED"):
        return Decimal(0)
    kept = Decimal(payment["amount"]) - Decimal(payment["refundedAmount"])
    return kept.quantize(CENT)


def _kept_at_toss(payment: dict[str, Any] | None) -> Decimal:
    if payment is None or payment["status"] in ("READY", "IN_PROGRESS", "ABORTED"):
        return Decimal(0)
    if payment["status"] == "EXPIRED":
        return Decimal(0)
    return Decimal(payment["balanceAmount"]).quantize(CENT)
