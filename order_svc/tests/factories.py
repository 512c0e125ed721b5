"""Orders and messages, made with what a test does not care about filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import factory

from common.contracts import topics
from common.contracts.base import Command, Event, Mode
from common.contracts.events import OrderCreated, PaymentProcessed
from common.contracts.order import CreateOrder, Item
from common.log.port import LogRecord
from common.messaging.envelope import Envelope, Inbound
from order_svc.orders.domain import OrderState, OrderStatus
from order_svc.orders.models import Order

NOW = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)
LAPTOPS = Item(
    product_id="PROD001", product_name="Laptop", quantity=2, price=Decimal("999.99")
)
TOTAL = Decimal("1999.98")
LINE = {
    "productId": "PROD001",
    "productName": "Laptop",
    "quantity": 2,
    "price": "999.99",
}


class OrderFactory(factory.django.DjangoModelFactory[Order]):
    """A choreographed order of two laptops that waits for its payment."""

    class Meta:
        model = Order

    order_id = factory.Sequence(lambda number: f"ORD-{number:032x}")
    customer_id = "CUST001"
    mode = Mode.CHOREOGRAPHY.value
    status = OrderStatus.PENDING.value
    items = factory.LazyFunction(lambda: [dict(LINE)])
    total_amount = TOTAL
    payment_method = "AUTO"
    opened_by = factory.LazyAttribute(lambda order: f"{order.order_id}/order.created")
    history = factory.LazyFunction(list)
    created_at = NOW
    updated_at = NOW


def order_state(
    status: OrderStatus = OrderStatus.PENDING,
    mode: Mode = Mode.CHOREOGRAPHY,
    **fields: Any,
) -> OrderState:
    """An order as the rules see it."""
    defaults: dict[str, Any] = {"order_id": "ORD-1", "known": True}
    return OrderState(mode=mode, status=status, **{**defaults, **fields})


def create_command(attempt: int = 1, **fields: Any) -> CreateOrder:
    """CREATE_ORDER for two laptops."""
    defaults: dict[str, Any] = {
        "customer_id": "CUST001",
        "items": (LAPTOPS,),
        "total_amount": TOTAL,
    }
    return CreateOrder(attempt=attempt, **{**defaults, **fields})


def created_event(order_id: str = "ORD-1", **fields: Any) -> OrderCreated:
    """order.created for two laptops."""
    defaults: dict[str, Any] = {
        "customer_id": "CUST001",
        "items": (LAPTOPS,),
        "total_amount": TOTAL,
    }
    return OrderCreated(order_id=order_id, **{**defaults, **fields})


def paid_event(order_id: str = "ORD-1") -> PaymentProcessed:
    """payment.processed for two laptops."""
    return PaymentProcessed(
        order_id=order_id,
        payment_id=f"PAY-{order_id}-1",
        amount=TOTAL,
        items=(LAPTOPS,),
    )


def inbound(body: Command | Event, order_id: str = "ORD-1", **fields: Any) -> Inbound:
    """A message that has arrived; `message_id` and `saga_id` may be given."""
    is_command = isinstance(body, Command)
    kind = body.name if isinstance(body, Command) else body.topic
    topic = topics.COMMANDS if is_command else kind
    saga_id = fields.pop("saga_id", "SAGA-1" if is_command else "")
    message_id = fields.pop("message_id", f"{saga_id or order_id}/{kind}")
    return Inbound(
        envelope=Envelope(
            message_id=message_id,
            type=kind,
            source="/somebody",
            time="",
            subject=order_id,
            correlation_id=saga_id or order_id,
            causation_id="",
            traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01",
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
