"""Stock, reservations and messages for tests."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

import factory

from common import clock
from common.contracts.base import Command, Event, Mode, Reply
from common.contracts.events import OrderCancelled, PaymentProcessed
from common.contracts.inventory import ReleaseInventory, ReserveInventory
from common.contracts.order import Item
from common.log.port import LogRecord
from common.messaging import intake
from common.messaging.envelope import Inbound, Outbound
from common.messaging.outbound import command, event
from inventory_svc.stock import handlers
from inventory_svc.stock.models import Product, Reservation
from inventory_svc.stock.shelves import line_of

ORDER = "ORD-1"
SAGA = "SAGA-1"
_turns = count(1)


@dataclass
class Known:
    """A reservation without a database."""

    status: str = "RESERVED"
    saga_id: str = ""
    reservation_id: str = "RES-ORD-1-1"
    failure_code: str = ""
    reason: str = ""


class ProductFactory(factory.django.DjangoModelFactory[Product]):
    """Fifty laptops at 999.99."""

    class Meta:
        model = Product

    product_id = "PROD001"
    product_name = "Laptop"
    price = Decimal("999.99")
    available_quantity = 50
    reserved_quantity = 0
    updated_at = factory.LazyFunction(clock.now)


class ReservationFactory(factory.django.DjangoModelFactory[Reservation]):
    """Two laptops held for a choreographed order."""

    class Meta:
        model = Reservation

    order_id = factory.Sequence(lambda number: f"ORD-F{number}")
    attempt = 1
    reservation_id = factory.LazyAttribute(lambda o: f"RES-{o.order_id}-{o.attempt}")
    status = "RESERVED"
    items = factory.LazyFunction(lambda: [line_of(laptops(2))])
    created_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)


def laptops(quantity: int = 2, price: str = "999.99") -> Item:
    """A line of laptops."""
    return line("PROD001", quantity, price, "Laptop")


def mice(quantity: int = 1) -> Item:
    """A line of mice."""
    return line("PROD002", quantity, "29.99", "Mouse")


def line(product_id: str, quantity: int, price: str, name: str = "") -> Item:
    """A line of an order."""
    return Item(
        product_id=product_id,
        product_name=name,
        quantity=quantity,
        price=Decimal(price),
    )


def reserve(order_id: str = ORDER, *items: Item, attempt: int = 1) -> Inbound:
    """RESERVE_INVENTORY of a saga; two laptops where no items are given."""
    body = ReserveInventory(items=items or (laptops(),), attempt=attempt)
    return arrived(body, order_id)


def release(order_id: str = ORDER, *, attempt: int = 1, **more: Any) -> Inbound:
    """RELEASE_INVENTORY of a saga."""
    body = ReleaseInventory(attempt=attempt, **{"reason": "declined", **more})
    return arrived(body, order_id)


def paid(order_id: str = ORDER, *items: Item) -> Inbound:
    """payment.processed of the choreography."""
    body = PaymentProcessed(
        order_id=order_id,
        payment_id=f"PAY-{order_id}-1",
        items=items or (laptops(),),
    )
    return arrived(body)


def cancelled(order_id: str = ORDER, mode: Mode = Mode.CHOREOGRAPHY) -> Inbound:
    """order.cancelled."""
    return arrived(OrderCancelled(order_id=order_id, mode=mode, reason="too slow"))


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


def stock(product_id: str = "PROD001") -> tuple[int, int]:
    """(available, reserved) as the database has them."""
    product = Product.objects.get(product_id=product_id)
    return product.available_quantity, product.reserved_quantity


def reservation(order_id: str = ORDER, attempt: int = 1) -> Reservation:
    """The reservation as the database has it."""
    return Reservation.objects.get(reservation_id=f"RES-{order_id}-{attempt}")


# Messages for the rules, without an envelope.
RESERVE = ReserveInventory(items=(laptops(),))
RELEASE = ReleaseInventory(reason="declined")
PAID = PaymentProcessed(order_id="ORD-1", payment_id="PAY-1", items=(laptops(),))
CANCEL = OrderCancelled(order_id="ORD-1", reason="too slow")
