"""What a message asks of a payment, read from its body; pure."""

from __future__ import annotations

from decimal import Decimal

from common.contracts.base import PaymentMethod
from common.contracts.events import InventoryFailed, OrderCreated
from common.contracts.payment import ProcessPayment, RefundPayment
from payment_svc.payments.domain import Standing

Charging = ProcessPayment | OrderCreated
Undoing = RefundPayment | InventoryFailed
Request = Charging | Undoing


def concerns(request: Request, payment: Standing | None) -> bool:
    """False for an event of the choreography about an order that a saga runs."""
    orchestrated = payment is not None and payment.saga_id != ""
    return not orchestrated or isinstance(request, ProcessPayment | RefundPayment)


def attempt_of(request: Request) -> int:
    """Which attempt at the order is meant; a choreography has only the first."""
    if isinstance(request, ProcessPayment | RefundPayment):
        return request.attempt
    return 1


def amount_of(request: Request) -> Decimal:
    """What the request wants charged, or wants never to be charged."""
    if isinstance(request, OrderCreated):
        return request.total_amount
    if isinstance(request, InventoryFailed):
        return Decimal(0)
    return request.amount


def method_of(request: Request) -> PaymentMethod:
    """Who is to start the charge; AUTO where there will be none."""
    if isinstance(request, ProcessPayment | OrderCreated):
        return request.payment_method
    return PaymentMethod.AUTO


def customer_of(request: Request) -> str:
    """Whose money it is about; an event of the stock does not say."""
    return "" if isinstance(request, InventoryFailed) else request.customer_id


def why(request: Request) -> str:
    """The reason of an undoing, as the books keep it."""
    if isinstance(request, RefundPayment):
        return request.reason
    if isinstance(request, InventoryFailed):
        found = f"{request.reason}: {request.message}" if request.message else ""
        return found[:2000] or request.reason
    return ""
