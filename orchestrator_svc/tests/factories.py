"""Sagas brought to where a test needs them, by the machine itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from common.contracts import topics
from common.contracts.base import Done, Mode, Refused, Reply
from common.contracts.events import OrderCancelled
from common.contracts.inventory import InventoryReserved
from common.contracts.order import Item
from common.contracts.payment import PaymentProcessed
from common.log.port import LogRecord
from common.messaging.envelope import Envelope, Inbound
from common.saga import (
    CancelAsked,
    Event,
    ReplyArrived,
    RetryAsked,
    SagaState,
    advance,
)
from common.saga.walks import waits_for
from common.storage.bulk import insert_rows
from orchestrator_svc.engine.book import new_row
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.sagas import OrderData, OrderSaga

NOW = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)
LAPTOPS = Item(
    product_id="PROD001", product_name="Laptop", quantity=2, price=Decimal("999.99")
)
TOTAL = Decimal("1999.98")

DONE = Done()
PAID = PaymentProcessed(payment_id="PAY-1", transaction_id="TX-1")
RESERVED = InventoryReserved(reservation_id="RES-1")
NO = Refused(reason="DECLINED", message="no money")
SHORT = Refused(reason="INSUFFICIENT_STOCK", message="1 left")

# The answers that lead to each status; a cancel or a retry may be among them.
WAYS: dict[str, tuple[Any, ...]] = {
    "STARTED": (),
    "PAYMENT_PROCESSING": (DONE,),
    "INVENTORY_RESERVING": (DONE, PAID),
    "INVENTORY_RESERVED": (DONE, PAID, RESERVED),
    "COMPLETED": (DONE, PAID, RESERVED, DONE),
    "COMPENSATING": (DONE, PAID, SHORT),
    "COMPENSATED": (DONE, PAID, SHORT, DONE, DONE),
    "FAILED": (NO,),
}
RETRIED = RetryAsked(by="operator")
CANCELLED = CancelAsked(by="customer")


def state_at(
    way: Iterable[Any], number: int = 1, now: datetime = NOW, **data: Any
) -> SagaState[Any]:
    """A saga after these answers and requests."""
    order_id = f"ORD-{number:032x}"
    contents: dict[str, Any] = {
        "customer_id": "CUST001",
        "items": (LAPTOPS,),
        "total_amount": TOTAL,
        **data,
    }
    known = OrderData(order_id=order_id, **contents)
    saga_id = f"SAGA-00000000-0000-4000-8000-{number:012d}"
    state = OrderSaga.start(saga_id, order_id, known, now).state
    for event in way:
        state = advance(state, _event(state, event), now).state
    return state


def saga(
    status: str = "STARTED",
    number: int = 1,
    *,
    way: tuple[Any, ...] | None = None,
    now: datetime = NOW,
    **data: Any,
) -> SagaInstance:
    """A stored saga of this status, or after this way."""
    state = state_at(WAYS[status] if way is None else way, number, now, **data)
    row = new_row(state, state.data.customer_id)
    row.total_amount = state.data.total_amount
    insert_rows(SagaInstance, [row])
    return row


def reply(state: SagaState[Any], answer: Done | Refused, **fields: Any) -> Inbound:
    """The answer to what the saga waits for."""
    name, command_id = waits_for(OrderSaga, state)
    return inbound(
        topics.REPLIES,
        Reply(command_name=name, answer=answer),
        message_id=f"{command_id}/reply",
        causation_id=command_id or "",
        order_id=state.key,
        saga_id=state.saga_id,
        **fields,
    )


def order_cancelled(order_id: str, mode: Mode = Mode.ORCHESTRATION) -> Inbound:
    """What the order service says when its customer cancels."""
    body = OrderCancelled(
        order_id=order_id, mode=mode, reason="changed my mind", requested_by="kim"
    )
    message_id = f"{order_id}/order.cancelled"
    return inbound(
        topics.ORDER_CANCELLED, body, message_id=message_id, order_id=order_id
    )


def inbound(
    topic: str,
    body: Reply | OrderCancelled,
    *,
    message_id: str,
    order_id: str,
    saga_id: str = "",
    causation_id: str = "",
) -> Inbound:
    """A message that has arrived."""
    return Inbound(
        envelope=Envelope(
            message_id=message_id,
            type=topic,
            source="/somebody",
            time="",
            subject=order_id,
            correlation_id=saga_id or order_id,
            causation_id=causation_id,
        ),
        topic=topic,
        order_id=order_id,
        saga_id=saga_id,
        body=body,
        record=LogRecord(
            topic=topic,
            partition=0,
            offset=0,
            key=order_id,
            value=b"{}",
            headers={},
            timestamp=0,
        ),
    )


def _event(state: SagaState[Any], event: Any) -> Event:
    if not isinstance(event, Done | Refused):
        found: Event = event
        return found
    name, command_id = waits_for(OrderSaga, state)
    return ReplyArrived(command_id=command_id or "", command_name=name, answer=event)
