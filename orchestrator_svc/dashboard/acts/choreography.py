"""Cancelling an order that nobody leads: what the services will do by themselves.

Nothing here is sent by a saga, so there is no machine to ask. Each service hears what
the one before it tells; how far the order is says what there is to give back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from common.contracts import topics
from orchestrator_svc.dashboard.acts.dialog import Refused
from orchestrator_svc.engine.outlook import Effect, Line, Moves, Outlook

CHOREOGRAPHY = "choreography"
# What is certain to have happened to an order of this status; the rest may have.
CERTAIN: Mapping[str, frozenset[Effect]] = {
    "PENDING": frozenset(),
    "PAYMENT_COMPLETED": frozenset({Effect.REFUND}),
    "COMPLETED": frozenset({Effect.REFUND, Effect.RELEASE}),
}
# As the order service refuses it.
REFUSALS: Mapping[str, str] = {
    "CANCELLING": "CANCEL_IN_PROGRESS",
    "CANCELLED": "ORDER_ALREADY_CANCELLED",
    "FAILED": "ORDER_FAILED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen:
    """An order as its service tells it, as far as its cancel needs."""

    order_id: str
    status: str
    total_amount: Decimal
    items: tuple[tuple[str, int], ...]

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> OrderSeen:
        """The order in the service's answer. KeyError, TypeError for what is none."""
        pieces = Counter[str]()
        for item in told["items"]:
            pieces[str(item["productId"])] += int(item["quantity"])
        return cls(
            order_id=str(told["orderId"]),
            status=str(told["status"]),
            total_amount=Decimal(str(told["totalAmount"])),
            items=tuple(pieces.items()),
        )


def outlook_of_cancel(order: OrderSeen) -> Outlook:
    """What a cancel would make the services do. Raises Refused."""
    if order.status not in CERTAIN:
        raise Refused(REFUSALS.get(order.status, "STATE_CONFLICT"), order.status)
    certain = CERTAIN[order.status]
    lines = (
        _line("order", topics.ORDER_CANCELLED, None),
        _line(
            "inventory",
            topics.INVENTORY_FAILED,
            Effect.RELEASE,
            in_doubt=Effect.RELEASE not in certain,
            items=order.items,
        ),
        _line(
            "payment",
            topics.PAYMENT_FAILED,
            Effect.REFUND,
            in_doubt=Effect.REFUND not in certain,
            amount=order.total_amount,
        ),
    )
    moves = Moves()
    moves.add(lines)
    return Outlook(lines=lines, moves=moves, ends_as="CANCELLED")


def _line(service: str, event: str, effect: Effect | None, **moved: Any) -> Line:
    return Line(
        command=event,
        service=service,
        definition=CHOREOGRAPHY,
        effect=effect,
        undoes=True,
        is_out=False,
        **{"in_doubt": False, **moved},
    )
