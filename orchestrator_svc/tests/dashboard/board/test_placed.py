"""The second list is what the order service tells, or says that it tells nothing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.test import Client

from common.ui.paging import Page
from common.web import peers
from orchestrator_svc.dashboard.board import placed

Answer = Callable[[httpx.Request], httpx.Response]
HOSTILE = "<img src=x onerror=alert(1)>"
FIRST = Page(1, 20, 0)


def order(number: int = 1, **fields: Any) -> dict[str, Any]:
    """An order as the contract has it, as far as a row shows it."""
    return {
        "orderId": f"ORD-{number}",
        "customerId": "CUST001",
        "mode": "CHOREOGRAPHY",
        "status": "COMPLETED",
        "totalAmount": 29.99,
        "cancellationReason": None,
        "createdAt": "2026-03-01T12:00:00.123Z",
        "updatedAt": "2026-03-01T12:00:01Z",
        **fields,
    }


class OrderService:
    """Answers with these orders, and remembers what it was asked."""

    def __init__(self, *orders: dict[str, Any], total: int | None = None) -> None:
        self.orders = orders
        self.total = len(orders) if total is None else total
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The list, or the order of an id."""
        self.asked.append(request.url.raw_path.decode())
        order_id = request.url.path.removeprefix("/api/orders").lstrip("/")
        if not order_id:
            pagination = {"totalCount": self.total}
            found = {"data": list(self.orders), "pagination": pagination}
            return httpx.Response(200, json=found)
        for one in self.orders:
            if one["orderId"] == order_id:
                return httpx.Response(200, json=one)
        return httpx.Response(404, json={})


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """Puts something in the place of the order service."""

    def put(answer: Answer) -> None:
        def client(service: str) -> httpx.Client:
            transport = httpx.MockTransport(answer)
            return httpx.Client(base_url=f"http://{service}", transport=transport)

        monkeypatch.setattr(peers, "client", client)

    return put


def read(search: str = "", *statuses: str) -> placed.Placed:
    """The first page."""
    return placed.read(statuses=statuses, search=search, page=FIRST)


def test_a_page_of_orders_without_an_orchestrator_is_asked_for(
    answered: Callable[[Answer], None],
) -> None:
    """Amounts come as they are, not as floats."""
    service = OrderService(order(), total=41)
    answered(service)
    found = read("", "FAILED", "COMPLETED")
    assert service.asked == [
        (
            "/api/orders?mode=CHOREOGRAPHY&status=FAILED%2CCOMPLETED"
            "&customerId=&page=1&limit=20"
        )
    ]
    assert (found.total, found.answered) == (41, True)
    assert found.rows[0].total_amount == Decimal("29.99")
    assert found.rows[0].created_at.microsecond == 123000


def test_a_search_looks_for_an_order_and_then_for_a_customer(
    answered: Callable[[Answer], None],
) -> None:
    """An order that an orchestrator leads is not of this list."""
    service = OrderService(order(1), order(2, mode="ORCHESTRATION"))
    answered(service)
    assert [one.order_id for one in read("ORD-1").rows] == ["ORD-1"]
    service.asked.clear()
    read("ORD-2")
    assert [path.partition("?")[0] for path in service.asked] == [
        "/api/orders/ORD-2",
        "/api/orders",
    ]
    assert "customerId=ORD-2" in service.asked[1]


def test_an_order_of_another_status_is_not_found(
    answered: Callable[[Answer], None],
) -> None:
    """Filters hold for what is searched for, too."""
    answered(OrderService(order(1, status="FAILED")))
    assert len(read("ORD-1", "FAILED").rows) == 1
    service = OrderService(order(1, status="FAILED"))
    answered(service)
    read("ORD-1", "COMPLETED")
    assert len(service.asked) == 2


def refused(request: httpx.Request) -> httpx.Response:
    """Nobody is there."""
    raise httpx.ConnectError("refused", request=request)


@pytest.mark.parametrize(
    "answer",
    [
        refused,
        lambda _: httpx.Response(403, json={}),
        lambda _: httpx.Response(200, json={"data": [{}]}),
        lambda _: httpx.Response(200, json=[]),
    ],
    ids=["gone", "not let in", "another shape", "a list"],
)
@pytest.mark.django_db
def test_a_service_that_tells_nothing_is_no_error_here(
    answered: Callable[[Answer], None], browser: Client, answer: Answer
) -> None:
    """The page says so, and asks again by itself."""
    answered(answer)
    assert read() == placed.Placed(answered=False)
    response = browser.get("/choreography?page=3")
    assert response.status_code == 200
    assert "The order service does not answer" in response.content.decode()


@pytest.mark.django_db
def test_rows_lead_to_the_stories_of_their_orders(
    answered: Callable[[Answer], None], browser: Client
) -> None:
    """And what customers are called is text."""
    answered(OrderService(order(7, customerId=HOSTILE, cancellationReason=HOSTILE)))
    page = browser.get("/choreography").content.decode()
    assert 'href="/orders/ORD-7"' in page
    assert "$29.99" in page
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


@pytest.mark.django_db
def test_a_page_past_the_end_is_the_last_one(
    answered: Callable[[Answer], None], browser: Client
) -> None:
    """And it is said."""
    service = OrderService(order(), total=21)
    answered(service)
    page = browser.get("/choreography?page=9").content.decode()
    assert [path[-15:] for path in service.asked] == [
        "page=9&limit=20",
        "page=2&limit=20",
    ]
    assert "There is no page “9”: this is page 2." in page
