"""What the playground reads, and from whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orchestrator_svc.playground import selectors
from orchestrator_svc.playground.board import Verdict
from orchestrator_svc.playground.faults import KINDS
from orchestrator_svc.playground.stages import Stage
from orchestrator_svc.tests.factories import NOW, saga
from orchestrator_svc.tests.playground.conftest import MOUSE, Peers, stored

pytestmark = pytest.mark.django_db
AT = "2026-03-01T12:00:00.123Z"
FAULT = {
    "faultId": "FAULT-1",
    "point": "order.handle",
    "action": "slow",
    "rate": 0.29,
    "times": None,
    "seconds": 2.0,
    "createdAt": AT,
    "until": "2026-03-01T12:01:00.123Z",
}


def order(order_id: str, status: str) -> dict[str, Any]:
    """An order as its service shows it."""
    return {
        "orderId": order_id,
        "status": status,
        "totalAmount": Decimal("29.99"),
        "createdAt": AT,
        "updatedAt": "2026-03-01T12:00:03.123Z",
    }


def payment(order_id: str, status: str, refunded: str = "0.00") -> dict[str, Any]:
    """A payment as its service shows it."""
    return {
        "orderId": order_id,
        "status": status,
        "amount": Decimal("29.99"),
        "refundedAmount": Decimal(refunded),
    }


def held(order_id: str, status: str = "RESERVED") -> dict[str, Any]:
    """A reservation as its service shows it."""
    return {"orderId": order_id, "status": status, "items": [{"quantity": 1}]}


def test_a_board_is_what_four_services_say(services: Peers) -> None:
    """The sagas by our own table, the rest over HTTP, to the cent."""
    row = saga("COMPLETED", 7, customer_id="PLAY-000000000001")
    run = stored(total=2, orders=(row.order_id, "ORD-2"), status="SENT")
    orders = [order(row.order_id, "COMPLETED"), order("ORD-2", "FAILED")]
    services.pages("order", "/api/orders", *orders)
    services.pages(
        "payment",
        "/api/payments",
        payment(row.order_id, "SUCCESS"),
        payment("ORD-2", "FAILED"),
    )
    services.pages("inventory", "/api/reservations", held(row.order_id))
    board = selectors.board(run)
    assert [tile.stage for one in board.columns for tile in one.tiles] == [
        Stage.COMPLETED,
        Stage.FAILED,
    ]
    assert (board.charged, board.held) == (Decimal("29.99"), 1)
    assert board.verdict is Verdict.RIGHT
    assert board.columns[0].slowest == timedelta(seconds=3)


def test_what_was_released_is_not_held(services: Peers) -> None:
    """Nor what was refused."""
    run = stored(total=2, orders=("ORD-1", "ORD-2"), status="SENT")
    rows = [held("ORD-1", "RELEASED"), held("ORD-2", "FAILED")]
    services.pages("inventory", "/api/reservations", *rows)
    assert selectors.board(run).held == 0


def test_who_does_not_answer_is_named(services: Peers) -> None:
    """The rest of the board is there."""
    run = stored(total=2, orders=("ORD-1", "ORD-2"))
    services.pages("order", "/api/orders", order("ORD-2", "PENDING"))
    assert selectors.board(run).silent == ("payment", "inventory")


def test_a_board_asks_in_few_requests(
    services: Peers, django_assert_num_queries: Any
) -> None:
    """One query of ours, and of the reservations fifty orders at a time."""
    run = stored(total=120, orders=tuple(f"ORD-{n}" for n in range(120)))
    for service, path in (
        ("order", "/api/orders"),
        ("payment", "/api/payments"),
        ("inventory", "/api/reservations"),
    ):
        services.pages(service, path)
    with django_assert_num_queries(1):
        selectors.board(run)
        selectors.board(run)
    assert [service for service, _path in services.requests("GET")] == [
        "order",
        "payment",
        "inventory",
        "inventory",
        "inventory",
    ]


def test_products_are_the_inventorys(services: Peers) -> None:
    """With their prices as they are."""
    row = {"productId": "PROD002", "productName": "Mouse", "price": 29.99}
    services.pages("inventory", "/api/inventory", row)
    assert selectors.products() == [MOUSE]


def test_faults_that_are_on(services: Peers) -> None:
    """Of all services that answer; the others are named."""
    services.say("order", "GET /api/faults", {"faults": [FAULT]})
    services.say("payment", "GET /api/faults", {"faults": []})
    services.say("orchestrator", "GET /api/faults", 403)
    found = selectors.faults_on()
    assert found.silent == ("inventory", "orchestrator")
    (fault,) = found.faults
    assert (fault.service, fault.kind, fault.percent) == ("order", KINDS["slow"], 29)
    assert fault.until == datetime(2026, 3, 1, 12, 1, 0, 123000, tzinfo=UTC)


def test_runs_newest_first() -> None:
    """The latest few, and which one is shown."""
    for number in range(selectors.LISTED + 2):
        stored(number=number, status="SENT")
    newest = selectors.newest()
    assert newest is not None
    assert newest.run_id == "PLAY-000000000009"
    assert len(selectors.runs()) == selectors.LISTED
    assert selectors.run("PLAY-x") is None
    assert (newest.created_at, newest.customer_id) == (NOW, newest.run_id)
