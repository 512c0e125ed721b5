"""A client of a running stack, as a test needs it: order, wait, look at the books."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice, takewhile
from typing import Any

import httpx

from compose.local.stack import Stack

MONITOR = {"productId": "PROD004", "productName": "Monitor", "price": 299.99}
KEYBOARD = {"productId": "PROD003", "productName": "Keyboard", "price": 79.99}
LAPTOP = {"productId": "PROD001", "productName": "Laptop", "price": 999.99}
MOUSE = {"productId": "PROD002", "productName": "Mouse", "price": 29.99}
A_MOMENT = timedelta(seconds=5)  # no payment is made so long before its order
OPEN_ORDERS = "PENDING,PAYMENT_COMPLETED,CANCELLING"
OPEN_SAGAS = (
    "STARTED,ORDER_CREATED,PAYMENT_PROCESSING,PAYMENT_COMPLETED,INVENTORY_RESERVING,"
    "INVENTORY_RESERVED,COMPENSATING"
)
ENDED_ORDERS = {"COMPLETED", "CANCELLED", "FAILED"}
ENDED_SAGAS = {"COMPLETED", "COMPENSATED", "FAILED"}
STARTS = {
    "orchestration": ("orchestrator", "/api/orchestrator/orders"),
    "choreography": ("order", "/api/orders"),
}


@dataclass(frozen=True, slots=True)
class Books:
    """What the services say of a set of orders, added up."""

    orders: Counter[str]
    sagas: Counter[str]
    kept: Decimal
    available: int
    reserved: int


class Shop:
    """Speaks to the four services of one stack over HTTP."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        limits = httpx.Limits(max_connections=100)
        self._http = httpx.Client(timeout=30, limits=limits)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def url(self, service: str, path: str) -> str:
        """The address of a path at a service."""
        return self.stack.url(service) + path

    @property
    def log_url(self) -> str:
        """The address of the stack's log."""
        default = f"embedded://{self.stack.places.root / 'log' / 'log.db'}"
        return self.stack.environment_of("order").get("LOG_URL", default)

    def ask(self, service: str, path: str) -> httpx.Response:
        """The answer to a GET, whatever it is."""
        return self._http.get(self.url(service, path))

    def get(self, service: str, path: str, **params: Any) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self._http.get(self.url(service, path), params=params)
        answer.raise_for_status()
        return answer.json(parse_float=Decimal)

    def post(
        self,
        service: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """The answer to a POST, whatever it is."""
        return self._http.post(self.url(service, path), json=body, headers=headers)

    def initialize_stock(self) -> None:
        """Set the sample stock."""
        self.post("inventory", "/api/inventory/initialize").raise_for_status()

    def order(
        self,
        pattern: str,
        item: dict[str, Any],
        quantity: int = 1,
        *,
        customer: str = "CUST001",
        key: str | None = None,
    ) -> dict[str, Any]:
        """Start one order; the answer's JSON."""
        service, path = STARTS[pattern]
        body = {"customerId": customer, "items": [{**item, "quantity": quantity}]}
        headers = {"Idempotency-Key": key} if key else None
        answer = self.post(service, path, body, headers)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json(parse_float=Decimal)
        return found

    def order_surely(
        self, pattern: str, item: dict[str, Any], quantity: int, key: str
    ) -> str:
        """Start one order although the service may be gone; repeats carry one key."""
        deadline = time.monotonic() + 60
        while True:
            try:
                started = self.order(pattern, item, quantity, key=key)
            except (httpx.TransportError, httpx.HTTPStatusError) as error:
                if time.monotonic() > deadline or _is_our_fault(error):
                    raise
                time.sleep(0.05)
            else:
                return str(started["orderId"])

    def order_many(
        self,
        pattern: str,
        item: dict[str, Any],
        count: int,
        *,
        prefix: str,
        at_once: int = 8,
        quantities: Sequence[int] = (1,),
    ) -> list[str]:
        """Start many orders, `at_once` of them at any time; their ids.

        The quantities are taken in turn.
        """

        def start(number: int) -> str:
            quantity = quantities[number % len(quantities)]
            return self.order_surely(pattern, item, quantity, f"{prefix}-{number}")

        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(start, range(count)))

    def rows(self, service: str, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """All rows of a list, page by page."""
        page = 1
        while True:
            found = self.get(service, path, page=page, limit=100, **params)
            yield from found["data"]
            if not found["pagination"]["hasNextPage"]:
                return
            page += 1

    def count(self, service: str, path: str, **params: Any) -> int:
        """How many rows a list has."""
        found = self.get(service, path, page=1, limit=1, **params)
        total: int = found["pagination"]["totalCount"]
        return total

    def wait_for_the_end(self, seconds: float = 90) -> None:
        """Return when no order and no saga is under way."""
        wait_until(
            lambda: self._open() == (0, 0), seconds, lambda: f"open: {self._open()}"
        )

    def wait_for(self, *order_ids: str, seconds: float = 60) -> None:
        """Return when these orders have ended, whatever others wait for."""

        def still_open() -> list[str]:
            return [one for one in order_ids if not self._has_ended(one)]

        wait_until(
            lambda: not still_open(), seconds, lambda: f"still open: {still_open()}"
        )

    def _has_ended(self, order_id: str) -> bool:
        order = self.ask("order", f"/api/orders/{order_id}").json()
        if order.get("status") not in ENDED_ORDERS:
            return False
        saga = self.ask("orchestrator", f"/api/orchestrator/sagas/order/{order_id}")
        return saga.status_code == 404 or saga.json()["status"] in ENDED_SAGAS

    def _open(self) -> tuple[int, int]:
        sagas = self.count(
            "orchestrator",
            "/api/orchestrator/sagas",
            status=OPEN_SAGAS,
            definition="all",
        )
        return self.count("order", "/api/orders", status=OPEN_ORDERS), sagas

    def books(self, order_ids: Sequence[str], product_id: str) -> Books:
        """The books of these orders, all of one product.

        Lists begin with the newest, and are read no further than these orders reach:
        other tests may have left thousands before them.
        """
        wanted = set(order_ids)
        listed = self.rows("order", "/api/orders")
        orders = list(islice(_of(wanted, listed), len(wanted)))
        begun = min((_begun(row) for row in orders), default=datetime.now(UTC))
        listed = self.rows("payment", "/api/payments")
        recent = takewhile(lambda row: _begun(row) > begun - A_MOMENT, listed)
        payments = _of(wanted, recent)
        orchestrated = sum(row["mode"] == "ORCHESTRATION" for row in orders)
        listed = self.rows("orchestrator", "/api/orchestrator/sagas")
        sagas = islice(_of(wanted, listed), orchestrated)
        product = self.get("inventory", f"/api/inventory/{product_id}")
        return Books(
            orders=Counter(row["status"] for row in orders),
            sagas=Counter(row["status"] for row in sagas),
            kept=sum((_kept(row) for row in payments), Decimal(0)),
            available=product["availableQuantity"],
            reserved=product["reservedQuantity"],
        )


def _of(wanted: set[str], rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (row for row in rows if row["orderId"] in wanted)


def _begun(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["createdAt"])


def _kept(payment: dict[str, Any]) -> Decimal:
    if payment["status"] not in ("SUCCESS", "REFUNDED"):
        return Decimal(0)
    return Decimal(payment["amount"]) - Decimal(payment["refundedAmount"])


def _is_our_fault(error: Exception) -> bool:
    return isinstance(error, httpx.HTTPStatusError) and error.response.status_code < 500


def wait_until(
    condition: Callable[[], bool], seconds: float, complaint: Callable[[], str]
) -> None:
    """Return when the condition holds; fail with the complaint when time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(complaint())
        time.sleep(0.05)
