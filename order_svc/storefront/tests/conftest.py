"""What the storefront's tests share: a client, and services that answer as told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from django.test import Client

from common import clock
from common.web import peers
from order_svc.storefront.window import Kind, PaymentWindow

NOW = datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC)
AT = "2026-05-01T12:00:00.000Z"
ORDER_ID = "ORD-0123456789abcdef"
SAGA_ID = "SAGA-1"
STOCK = [
    ("PROD001", "Laptop", 999.99, 50),
    ("PROD002", "Mouse", 29.99, 3),
    ("PROD003", "Keyboard", 79.99, 0),
]
Body = dict[str, Any]


def order(**changes: Any) -> Body:
    """An order's JSON."""
    return {
        "orderId": ORDER_ID,
        "customerId": "ann",
        "mode": "ORCHESTRATION",
        "paymentMethod": "TOSS",
        "status": "PENDING",
        "items": [
            {
                "productId": "PROD002",
                "productName": "Mouse",
                "quantity": 2,
                "price": 29.99,
            }
        ],
        "totalAmount": 59.98,
        "reservationId": None,
        "cancellationReason": None,
        "createdAt": AT,
        "updatedAt": AT,
        **changes,
    }


def payment(**changes: Any) -> Body:
    """A payment's JSON."""
    return {
        "orderId": ORDER_ID,
        "status": "PENDING",
        "amount": 59.98,
        "refundedAmount": 0.00,
        "tossOrderId": ORDER_ID,
        "receiptUrl": None,
        "failureReason": None,
        "expiresAt": "2026-05-01T12:10:00.000Z",
        "processedAt": None,
        "refundedAt": None,
        **changes,
    }


def saga(**changes: Any) -> Body:
    """A saga's JSON."""
    data = {"customerId": "ann", "items": order()["items"], "totalAmount": 59.98}
    return {
        "sagaId": SAGA_ID,
        "orderId": ORDER_ID,
        "status": "PAYMENT_PROCESSING",
        "orderData": data,
        "compensationReason": None,
        "reservationId": None,
        "retryable": False,
        "retryBlockedReason": "NOT_ENDED",
        "createdAt": AT,
        "updatedAt": AT,
        **changes,
    }


def listed(*rows: Body) -> Body:
    """A page of a list."""
    return {
        "data": list(rows),
        "pagination": {"totalCount": len(rows), "hasNextPage": False},
    }


@dataclass
class Services:
    """The four services: what they answer, and what they were asked."""

    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    away: set[str] = field(default_factory=set)

    def answer(
        self, path: str, body: Any, *, status: int = 200, method: str = "GET"
    ) -> None:
        """From now on this is the answer at this path."""
        self.answers[method, path] = (status, body)

    def refuse(self, path: str, status: int, code: str, detail: str = "no") -> None:
        """From now on a POST at this path is refused."""
        body = {"code": code, "detail": detail}
        self.answer(path, body, status=status, method="POST")

    def know(
        self, order: Body | None, payment: Body | None = None, saga: Body | None = None
    ) -> None:
        """The services know this order."""
        found = {
            f"/api/orders/{ORDER_ID}": order,
            f"/api/payments/order/{ORDER_ID}": payment,
            f"/api/orchestrator/sagas/order/{ORDER_ID}": saga,
        }
        for path, body in found.items():
            if body is not None:
                self.answer(path, body)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request, as httpx's transport has it."""
        self.asked.append(request)
        if request.url.host in self.away:
            raise httpx.ConnectError("nobody there", request=request)
        unknown = (404, {"code": "NOT_FOUND", "detail": "nothing"})
        found = self.answers.get((request.method, request.url.path), unknown)
        return httpx.Response(found[0], json=found[1])

    def posts(self, path: str) -> list[httpx.Request]:
        """The POSTs at a path."""
        return [
            one for one in self.asked if one.method == "POST" and one.url.path == path
        ]

    def bodies(self, path: str) -> list[Any]:
        """What was sent to a path."""
        return [json.loads(one.content) for one in self.posts(path)]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Services:
    """Four services that know a stock, and no order."""
    found = Services()
    rows = [
        {
            "productId": product_id,
            "productName": name,
            "price": price,
            "availableQuantity": left,
            "reservedQuantity": 0,
        }
        for product_id, name, price, left in STOCK
    ]
    found.answer("/api/inventory", listed(*rows))

    def client(service: str) -> httpx.Client:
        transport = httpx.MockTransport(found.handle)
        return httpx.Client(base_url=f"http://{service}", transport=transport)

    monkeypatch.setattr(peers, "client", client)
    return found


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    with clock.clock_set_to(lambda: NOW):
        yield


@pytest.fixture(autouse=True)
def window(settings: Any) -> PaymentWindow:
    """Cards are taken, in the sandbox's window."""
    found = PaymentWindow(
        kind=Kind.SANDBOX,
        client_key="test_ck_sandbox",
        url="http://127.0.0.1:3900/window",
    )
    settings.PAYMENT_WINDOW = found
    return found


@pytest.fixture
def production(settings: Any) -> None:
    """The shop is open to strangers."""
    settings.APP_PROFILE = "production"


@pytest.fixture
def client(services: Services) -> Client:
    """A customer's browser."""
    return Client(headers={"Accept": "text/html"})


@pytest.fixture
def text(client: Client) -> Callable[[str], str]:
    """What a page says."""

    def read(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200, answer
        return answer.content.decode()

    return read
