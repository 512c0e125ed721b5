"""Payments and messages for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

import factory

from common import clock
from common.contracts import topics, wire
from common.contracts.base import Command, Event, Reply
from common.contracts.events import InventoryFailed, OrderCreated, PaymentFailed
from common.contracts.order import Item
from common.contracts.payment import ProcessPayment, RefundPayment
from common.log.port import LogRecord
from common.messaging import intake
from common.messaging.envelope import Inbound, Outbound
from common.messaging.outbound import command, event
from payment_svc.payments import handlers
from payment_svc.payments.models import Payment, SimulatedCharge

ORDER = "ORD-1"
SAGA = "SAGA-1"
LAPTOPS = (
    Item(
        product_id="PROD001",
        product_name="Laptop",
        quantity=2,
        price=Decimal("999.99"),
    ),
)
TOTAL = Decimal("1999.98")
NOTHING = Decimal(0)
_turns = count(1)


@dataclass
class Known:
    """A payment without a database."""

    status: str = "SUCCESS"
    amount: Decimal = TOTAL
    refunded_amount: Decimal = Decimal(0)
    payment_id: str = "PAY-ORD-1-1"
    order_id: str = "ORD-1"
    saga_id: str = ""
    customer_id: str = "CUST001"
    transaction_id: str = "SIM-1"
    failure_code: str = ""
    failure_reason: str = ""


class PaymentFactory(factory.django.DjangoModelFactory[Payment]):
    """A charged payment of a choreographed order, which the simulator knows too."""

    class Meta:
        model = Payment
        skip_postgeneration_save = True

    order_id = factory.Sequence(lambda number: f"ORD-F{number}")
    attempt = 1
    payment_id = factory.LazyAttribute(lambda o: f"PAY-{o.order_id}-{o.attempt}")
    customer_id = "CUST001"
    amount = TOTAL
    refunded_amount = Decimal(0)
    status = "SUCCESS"
    payment_method = "AUTO"
    transaction_id = factory.LazyAttribute(lambda o: f"SIM-{o.payment_id}")
    created_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)

    @factory.post_generation
    def charge(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """The simulator's side of it."""
        SimulatedCharge.objects.create(
            charge_key=str(self.payment_id),
            customer_id=self.customer_id,
            amount=self.amount,
            accepted=self.status in ("SUCCESS", "REFUNDED"),
            transaction_id=f"SIM-{self.payment_id}",
            created_at=clock.now(),
        )


def process(
    order_id: str = ORDER,
    *,
    amount: Decimal = TOTAL,
    customer_id: str = "CUST001",
    attempt: int = 1,
    **more: Any,
) -> Inbound:
    """PROCESS_PAYMENT of a saga."""
    body = ProcessPayment(
        customer_id=customer_id, amount=amount, attempt=attempt, **more
    )
    return arrived(body, order_id)


def refund(order_id: str = ORDER, *, attempt: int = 1, **more: Any) -> Inbound:
    """REFUND_PAYMENT of a saga."""
    fields = {"reason": "no stock", "customer_id": "CUST001", "amount": TOTAL}
    return arrived(RefundPayment(attempt=attempt, **{**fields, **more}), order_id)


def created(order_id: str = ORDER, *, amount: Decimal = TOTAL, **more: Any) -> Inbound:
    """order.created of the choreography."""
    fields = {"customer_id": "CUST001", "items": LAPTOPS, **more}
    return arrived(OrderCreated(order_id=order_id, total_amount=amount, **fields))


def no_stock(
    order_id: str = ORDER,
    reason: str = "INSUFFICIENT_STOCK",
    message: str = "2 wanted, 1 there",
) -> Inbound:
    """inventory.failed of the choreography."""
    return arrived(InventoryFailed(order_id=order_id, reason=reason, message=message))


def arrived(body: Command | Event, order_id: str = ORDER) -> Inbound:
    """A message as it comes out of the log, with an id of its own."""
    turn = next(_turns)
    if isinstance(body, Command):
        return delivered(
            command(
                body,
                command_id=f"{SAGA}/{turn}",
                saga_id=SAGA,
                order_id=order_id,
                service="orchestrator",
                now=clock.now(),
            )
        )
    return delivered(event(body, service="order", suffix=str(turn), now=clock.now()))


def delivered(sent: Outbound) -> Inbound:
    """What was sent, as the receiver reads it."""
    return intake.read(
        LogRecord(
            topic=sent.topic,
            partition=0,
            offset=0,
            key=sent.key,
            value=sent.value,
            headers=sent.envelope.headers(),
            timestamp=0,
        )
    )


def handle(*batch: Inbound) -> list[Outbound]:
    """What the service sends on a batch."""
    return list(handlers.handle(batch, clock.now()))


def told(sent: Outbound) -> Any:
    """The body of a message that was sent: an event, or the answer of a reply."""
    body = delivered(sent).body
    return body.answer if isinstance(body, Reply) else body


def failures(sent: Sequence[Outbound]) -> list[PaymentFailed]:
    """The payment.failed events among what was sent."""
    bodies = [
        wire.decode_event(one.topic, one.value)
        for one in sent
        if one.topic == topics.PAYMENT_FAILED
    ]
    return [body for body in bodies if isinstance(body, PaymentFailed)]


def payment(order_id: str = ORDER, attempt: int = 1) -> Payment:
    """The payment as the database has it."""
    return Payment.objects.get(payment_id=f"PAY-{order_id}-{attempt}")


# Messages for the rules, without an envelope.
PROCESS = ProcessPayment(customer_id="CUST001", amount=TOTAL)
REFUND = RefundPayment(reason="no stock")
CREATED = OrderCreated(
    order_id="ORD-1", customer_id="CUST001", items=LAPTOPS, total_amount=TOTAL
)
NO_STOCK = InventoryFailed(order_id="ORD-1", reason="INSUFFICIENT_STOCK")
