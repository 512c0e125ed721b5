"""A fake of the four services: every order ends within its own request.

It only serves to try the client programs; what the real services do is not shown here.
Faults can be planted, and the programs must find them.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
Reply = tuple[int, Json]

SERVICES = {3001: "order", 3002: "payment", 3003: "inventory", 3004: "orchestrator"}
SAMPLE = {
    "PROD001": ("Laptop", 50, {"USD": 999.99, "KRW": 1_350_000}),
    "PROD002": ("Mouse", 200, {"USD": 29.99, "KRW": 39_000}),
    "PROD003": ("Keyboard", 150, {"USD": 79.99, "KRW": 99_000}),
    "PROD004": ("Monitor", 30, {"USD": 299.99, "KRW": 390_000}),
    "PROD005": ("Headphones", 100, {"USD": 149.99, "KRW": 199_000}),
}
DECLINED = {"USD": 4000.02, "KRW": 4_000_002}


class FakeShop:
    """Orders, payments, stock and sagas of a shop without messages."""

    def __init__(
        self, faults: set[str] | None = None, scale: int = 1, currency: str = "USD"
    ) -> None:
        self.faults = faults or set()
        self.currency = currency
        self.healthy = True
        self.orders: dict[str, Json] = {}
        self.payments: dict[str, Json] = {}
        self.sagas: dict[str, Json] = {}
        self.answers: dict[str, tuple[Json, Reply]] = {}
        self.lock = threading.Lock()
        self.numbers = count(1)
        self.stock: dict[str, Json] = {
            key: {
                "productId": key,
                "productName": name,
                "availableQuantity": quantity * scale,
                "reservedQuantity": 0,
                "price": prices[currency],
            }
            for key, (name, quantity, prices) in SAMPLE.items()
        }

    def answer(
        self, service: str, method: str, url: str, body: Json, key: str
    ) -> Reply:
        """The answer of a service."""
        with self.lock:
            path = urlsplit(url).path.strip("/").removeprefix("api/").split("/")
            query = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
            if path == ["health"]:
                return (200 if self.healthy else 503), {
                    "service": service,
                    "currency": self.currency,
                }
            if method == "GET":
                return self.read(path, query)
            return self.write(path, body, key)

    def read(self, path: list[str], query: Json) -> Reply:
        match path:
            case ["orders"]:
                return listed(self.orders, query)
            case ["payments"]:
                return listed(self.payments, {**query, "customerId": None})
            case ["inventory"]:
                return listed(self.stock, query)
            case ["orchestrator", "sagas"]:
                return listed(self.sagas, query)
            case ["orders", key]:
                return found(self.orders, key)
            case ["payments", "order", key]:
                mine = {p["orderId"]: p for p in self.payments.values()}
                return found(mine, key)
            case ["orchestrator", "sagas", key]:
                return found(self.sagas, key)
        return 404, {"message": "no such path"}

    def write(self, path: list[str], body: Json, key: str) -> Reply:
        match path:
            case ["inventory", "initialize"]:
                return 200, {"message": "initialized"}
            case ["orders"]:
                return self.once(key, body, lambda: self.choreographed(body))
            case ["orchestrator", "orders"]:
                return self.once(key, body, lambda: self.orchestrated(body))
            case ["orders", order_id, "cancel"]:
                return self.cancel(self.orders[order_id])
            case ["orchestrator", "sagas", _, "cancel"]:
                return 409, {"code": "SAGA_ENDED", "message": "it has ended"}
            case ["orchestrator", "sagas", saga_id, "retry"]:
                return self.retry(self.sagas[saga_id])
        return 404, {"message": "no such path"}

    def once(self, key: str, body: Json, make: Callable[[], Reply]) -> Reply:
        if "refuse" in self.faults:
            return 503, {"message": "busy"}
        if not key or "no-idempotency" in self.faults:
            return make()
        if key not in self.answers:
            self.answers[key] = (body, make())
        first, reply = self.answers[key]
        return reply if first == body else (422, {"message": "another body"})

    def choreographed(self, body: Json) -> Reply:
        order = self.placed(body, "CHOREOGRAPHY")
        return 201, {"orderId": order["orderId"], "order": order}

    def orchestrated(self, body: Json) -> Reply:
        order = self.placed(body, "ORCHESTRATION")
        number = next(self.numbers)
        saga = {
            "sagaId": f"SAGA-{number}",
            "orderId": order["orderId"],
            "orderData": order,
            "status": self.saga_status(order),
            "compensationReason": order["cancellationReason"],
            "retryHistory": [],
            **times(),
        }
        self.sagas[saga["sagaId"]] = saga
        return 201, {"orderId": order["orderId"], "sagaId": saga["sagaId"]}

    def saga_status(self, order: Json) -> str:
        if "never-ends" in self.faults and order["status"] == "CANCELLED":
            return "COMPENSATING"
        return ended(order)

    def placed(self, body: Json, mode: str) -> Json:
        number = next(self.numbers)
        item = body["items"][0]
        order = {
            "orderId": f"ORD-{number:032d}",
            "customerId": body["customerId"],
            "items": body["items"],
            "totalAmount": total_of(item),
            "mode": mode,
            "cancellationReason": "",
            "history": [],
            **times(),
        }
        self.orders[order["orderId"]] = order
        self.settle(order)
        return order

    def settle(self, order: Json) -> None:
        item = order["items"][0]
        stock = self.stock[item["productId"]]
        magic = order["totalAmount"] == DECLINED[self.currency]
        if magic or order["customerId"] == "DECLINE":
            self.close(order, "FAILED", "FAILED", "DECLINED")
        elif item["price"] != stock["price"]:
            self.close(order, "CANCELLED", "REFUNDED", "PRICE_MISMATCH")
        elif item["quantity"] > stock["availableQuantity"]:
            self.close(order, "CANCELLED", "REFUNDED", "INSUFFICIENT_STOCK")
        else:
            self.move(item, item["quantity"])
            self.close(order, "COMPLETED", "SUCCESS", "")

    def close(self, order: Json, status: str, payment: str, reason: str) -> None:
        refunded = order["totalAmount"] if payment == "REFUNDED" else 0
        if "money" in self.faults and refunded:
            refunded = round(refunded - 0.01, 2)
        order.update(status=status, cancellationReason=reason)
        order["history"].append({"status": status})
        made = self.payments.get(order["orderId"], times())
        self.payments[order["orderId"]] = {
            **made,
            "orderId": order["orderId"],
            "customerId": order["customerId"],
            "amount": order["totalAmount"],
            "refundedAmount": refunded,
            "status": payment,
        }

    def move(self, item: Json, quantity: int) -> None:
        stock = self.stock[item["productId"]]
        stock["availableQuantity"] -= quantity
        if "stock" not in self.faults:
            stock["reservedQuantity"] += quantity

    def cancel(self, order: Json) -> Reply:
        if order["status"] != "COMPLETED":
            return 409, {"code": "ORDER_ENDED", "message": "it has ended"}
        self.move(order["items"][0], -order["items"][0]["quantity"])
        self.close(order, "CANCELLED", "REFUNDED", "customer")
        return 202, {"message": "cancelling"}

    def retry(self, saga: Json) -> Reply:
        order = self.orders[saga["orderId"]]
        self.settle(order)
        saga["retryHistory"].append({"fromStep": "RESERVE_INVENTORY"})
        saga["status"] = ended(order)
        message = "Saga retry initiated successfully"
        return 200, {"message": message, "sagaId": saga["sagaId"]}


def total_of(item: Json) -> float:
    """Price x quantity; in won both are whole, and so is it."""
    if isinstance(item["price"], int):
        return int(item["price"] * item["quantity"])
    return float(Decimal(str(item["price"])) * item["quantity"])


def ended(order: Json) -> str:
    """The saga's status, given its order's."""
    return "COMPLETED" if order["status"] == "COMPLETED" else "COMPENSATED"


def times() -> Json:
    """Made and changed just now."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    now = now.replace("+00:00", "Z")
    return {"createdAt": now, "updatedAt": now}


def found(records: dict[str, Json], key: str) -> Reply:
    """The record, or 404."""
    return (200, records[key]) if key in records else (404, {"message": key})


def listed(records: dict[str, Json], query: Json) -> Reply:
    """A page, newest first, filtered as far as the programs ask for it."""
    rows = list(records.values())[::-1]
    if query.get("customerId"):
        rows = [row for row in rows if row["customerId"] == query["customerId"]]
    if query.get("mode"):
        rows = [row for row in rows if row["mode"] == query["mode"]]
    if query.get("status"):
        rows = [row for row in rows if row["status"] in query["status"].split(",")]
    page, limit = int(query.get("page", 1)), int(query.get("limit", 10))
    part = rows[(page - 1) * limit : page * limit]
    pagination = {"totalCount": len(rows), "hasNextPage": page * limit < len(rows)}
    return 200, {"data": part, "pagination": pagination}


class FakeHandler(BaseHTTPRequestHandler):
    """HTTP in front of the fake shop."""

    protocol_version = "HTTP/1.1"
    # Head and body in one packet: two would wait for each other (Nagle).
    wbufsize = -1
    shop: FakeShop
    service: str

    def do_GET(self) -> None:
        self.reply({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.reply(json.loads(self.rfile.read(length)))

    def reply(self, body: Json) -> None:
        key = self.headers.get("Idempotency-Key", "")
        status, answer = self.shop.answer(
            self.service, self.command, self.path, body, key
        )
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Nothing: the test's output is its own."""


class FakeServer(ThreadingHTTPServer):
    """As many connections may wait as the bench opens at once."""

    request_queue_size = 128
    daemon_threads = True
    block_on_close = False


@contextmanager
def running(shop: FakeShop) -> Iterator[int]:
    """The fake shop at four ports of 127.0.0.1; their offset is given."""
    offset, servers = listening(shop)
    threads = [
        threading.Thread(target=server.serve_forever, args=(0.01,))
        for server in servers
    ]
    for thread in threads:
        thread.start()
    try:
        yield offset
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


def listening(shop: FakeShop) -> tuple[int, list[FakeServer]]:
    """Four servers at neighbouring ports that were free."""
    while True:
        offset, servers = free_offset(), []
        try:
            for port, service in SERVICES.items():
                handler = type(
                    "FakeServiceHandler",
                    (FakeHandler,),
                    {"shop": shop, "service": service},
                )
                server = FakeServer(("127.0.0.1", port + offset), handler)
                servers.append(server)
        except OSError:
            for server in servers:
                server.server_close()
        else:
            return offset, servers


def free_offset() -> int:
    """Somewhere below the ports that clients get."""
    # Not the seeded generator of the test run: two runs at once must differ.
    return random.SystemRandom().randrange(10_000, 28_000)
