"""What the services of a choreography will do when an order is cancelled."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orchestrator_svc.dashboard.acts.choreography import OrderSeen, outlook_of_cancel
from orchestrator_svc.dashboard.acts.dialog import Refused

TOLD: dict[str, Any] = {
    "orderId": "ORD-1",
    "status": "PENDING",
    "totalAmount": 59.98,
    "items": [
        {"productId": "PROD002", "quantity": 1, "price": 29.99},
        {"productId": "PROD002", "quantity": 1, "price": 29.99},
    ],
}


def seen(status: str) -> OrderSeen:
    """The order in this status."""
    return OrderSeen.read({**TOLD, "status": status})


@pytest.mark.parametrize(
    ("status", "doubts"),
    [
        ("PENDING", [False, True, True]),
        ("PAYMENT_COMPLETED", [False, True, False]),
        ("COMPLETED", [False, False, False]),
    ],
)
def test_each_service_gives_back_what_it_holds(status: str, doubts: list[bool]) -> None:
    """The stock first, then the money; what is certain grows with the status."""
    found = outlook_of_cancel(seen(status))
    assert [(line.service, line.command) for line in found.lines] == [
        ("order", "order.cancelled"),
        ("inventory", "inventory.failed"),
        ("payment", "payment.failed"),
    ]
    assert [line.in_doubt for line in found.lines] == doubts
    assert found.ends_as == "CANCELLED"
    assert [move.amount for move in found.moves.money()] == [Decimal("59.98")]
    assert [move.amount for move in found.moves.stock()] == [2]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("CANCELLING", "CANCEL_IN_PROGRESS"),
        ("CANCELLED", "ORDER_ALREADY_CANCELLED"),
        ("FAILED", "ORDER_FAILED"),
        ("SOMETHING", "STATE_CONFLICT"),
    ],
)
def test_what_has_ended_cannot_be_cancelled(status: str, code: str) -> None:
    """With the code of the order service."""
    with pytest.raises(Refused) as refused:
        outlook_of_cancel(seen(status))
    assert refused.value.code == code
