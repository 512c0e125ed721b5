"""What each message means for an order: pure decisions, one function a message.

A decision answers commands, and names the events that have to be told. Each function
takes the order as it is (or None) and the message, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from common.contracts.base import Command, ContractError, Done, Event, Mode, Refused
from common.contracts.events import (
    InventoryFailed,
    InventoryReserved,
    OrderCreated,
    PaymentFailed,
    PaymentProcessed,
)
from common.contracts.order import CancelOrder, CompleteOrder, CreateOrder, total_of
from common.contracts.toss import says_charged
from order_svc.orders.domain import (
    Contents,
    Happening,
    OrderState,
    OrderStatus,
    after,
    ask_to_cancel,
    with_reason,
)

ORDER_SERVICE = "order-service"
UNDOING_REASONS = frozenset({"REFUNDED", "ORDER_CANCELLED"})

ALREADY_COMPENSATED = Refused(
    reason="ALREADY_COMPENSATED", message="This attempt of the order has been undone."
)
ORDER_UNKNOWN = Refused(
    reason="ORDER_UNKNOWN", message="There is no such attempt of the order."
)
NOT_ORCHESTRATED = Refused(
    reason="NOT_ORCHESTRATED", message="The order belongs to the choreography."
)
PREVIOUS_ATTEMPT_OPEN = Refused(
    reason="PREVIOUS_ATTEMPT_OPEN",
    message="The earlier attempt of the order has not been undone.",
)
TOTAL_MISMATCH = Refused(
    reason="TOTAL_MISMATCH", message="totalAmount is not the sum of the items."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message about an order: what came, under which id, for which saga."""

    order_id: str
    body: Command | Event
    message_id: str
    saga_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What comes of a message.

    `order` is the order afterwards (None: there still is none), `contents` what it
    then holds where that is new, `answer` goes back to whoever commanded, `undo`
    asks that everybody be told to undo the order, and `recover` that the payment be
    looked into which was said to have failed.
    """

    order: OrderState | None
    contents: Contents | None = None
    answer: Done | Refused | None = None
    undo: bool = False
    recover: bool = False


def decide(order: OrderState | None, arrival: Arrival) -> Decision:
    """The decision for a message. Raises ContractError for one that is not ours."""
    try:
        rule = RULES[type(arrival.body)]
    except KeyError:
        kind = type(arrival.body).__name__
        raise ContractError(f"{kind}: is not a message to the order service") from None
    return rule(order, arrival, arrival.body)


def _create(
    order: OrderState | None, arrival: Arrival, command: CreateOrder
) -> Decision:
    refusal = _refusal_to_create(order, command)
    if refusal:
        return Decision(order=order, answer=refusal)
    if order and order.attempt == command.attempt:
        return Decision(order=order, answer=Done())
    contents = _contents(command)
    if not contents.adds_up:
        return Decision(order=order, answer=TOTAL_MISMATCH)
    opened = _orchestrated(arrival, command.attempt, OrderStatus.PENDING)
    return Decision(order=opened, contents=contents, answer=Done())


def _refusal_to_create(
    order: OrderState | None, command: CreateOrder
) -> Refused | None:
    if order is None:
        return None
    if order.mode is not Mode.ORCHESTRATION:
        return NOT_ORCHESTRATED
    if command.attempt > order.attempt:
        return None if order.has_ended else PREVIOUS_ATTEMPT_OPEN
    is_over = command.attempt < order.attempt or order.has_ended
    return ALREADY_COMPENSATED if is_over else None


def _complete(
    order: OrderState | None, arrival: Arrival, command: CompleteOrder
) -> Decision:
    if order is None or command.attempt > order.attempt:
        return Decision(order=order, answer=ORDER_UNKNOWN)
    if order.mode is not Mode.ORCHESTRATION:
        return Decision(order=order, answer=NOT_ORCHESTRATED)
    if command.attempt < order.attempt or order.has_ended:
        return Decision(order=order, answer=ALREADY_COMPENSATED)
    completed = replace(
        after(order, Happening.COMPLETE),
        payment_id=command.payment_id or order.payment_id,
        reservation_id=command.reservation_id or order.reservation_id,
    )
    return Decision(order=completed, answer=Done())


def _cancel(
    order: OrderState | None, arrival: Arrival, command: CancelOrder
) -> Decision:
    if order is not None and order.mode is not Mode.ORCHESTRATION:
        return Decision(order=order, answer=NOT_ORCHESTRATED)
    if order is None or command.attempt > order.attempt:
        return _tombstone(order, arrival, command)
    if command.attempt < order.attempt or order.has_ended:
        return Decision(order=order, answer=Done())
    happening = Happening.CLOSE_UNPAID if command.failed else Happening.CLOSE
    closed = with_reason(after(order, happening), command.reason)
    return Decision(order=closed, answer=Done())


def _tombstone(
    order: OrderState | None, arrival: Arrival, command: CancelOrder
) -> Decision:
    """The attempt never arrived and never will: its late CREATE_ORDER is refused."""
    status = OrderStatus.FAILED if command.failed else OrderStatus.CANCELLED
    stone = _orchestrated(arrival, command.attempt, status)
    contents = None if order else _contents_of_tombstone(command)
    known = order.known if order else bool(command.items)
    stone = replace(with_reason(stone, command.reason), known=known)
    return Decision(order=stone, contents=contents, answer=Done())


def _created(
    order: OrderState | None, arrival: Arrival, event: OrderCreated
) -> Decision:
    """An order that a foreign producer announced; ours are never read back."""
    if order is not None and order.known:
        return Decision(order=order)
    contents = _contents(event)
    opened = order or _choreographed(arrival)
    opened = replace(opened, known=True, opened_by=arrival.message_id)
    undone = opened.has_ended or opened.status is OrderStatus.CANCELLING
    if contents.adds_up or undone:
        return Decision(order=opened, contents=contents)
    reason = f"{TOTAL_MISMATCH.reason}: {TOTAL_MISMATCH.message}"
    refused = ask_to_cancel(opened, reason=reason, by=ORDER_SERVICE)
    return Decision(order=refused, contents=contents, undo=True)


def _paid(
    order: OrderState | None, arrival: Arrival, event: PaymentProcessed
) -> Decision:
    order = order or _choreographed(arrival)
    if _is_deaf(order):
        return Decision(order=order)
    paid = after(order, Happening.PAID)
    return Decision(order=replace(paid, payment_id=event.payment_id))


def _not_paid(
    order: OrderState | None, arrival: Arrival, event: PaymentFailed
) -> Decision:
    if says_charged(event.toss_payment_data):
        return _paid_or_not(order, event)
    order = order or _choreographed(arrival)
    if _is_deaf(order):
        return Decision(order=order)
    given_back = event.refunded_amount > 0 or event.reason in UNDOING_REASONS
    moved = after(order, Happening.GIVEN_BACK if given_back else Happening.DECLINED)
    if event.payment_id:
        moved = replace(moved, payment_id=event.payment_id)
    if order.status is not OrderStatus.CANCELLING:
        moved = with_reason(moved, event.reason, event.message)
    # Money came back before anybody cancelled: see to it that no stock is kept.
    undo = given_back and order.status is not OrderStatus.CANCELLING
    return Decision(order=moved, undo=undo)


def _paid_or_not(order: OrderState | None, event: PaymentFailed) -> Decision:
    """Toss is said to have the money: an order that waits for it goes on waiting.

    One of which only others have spoken has nothing to be looked for by; the payment
    service finds the money by itself, if later.
    """
    if order is None or not order.known or not order.waits_for_payment:
        return Decision(order=order)
    noted = replace(order, payment_id=event.payment_id or order.payment_id)
    return Decision(order=noted, recover=True)


def _reserved(
    order: OrderState | None, arrival: Arrival, event: InventoryReserved
) -> Decision:
    order = order or _choreographed(arrival)
    if _is_deaf(order):
        return Decision(order=order)
    reserved = after(order, Happening.RESERVED)
    return Decision(order=replace(reserved, reservation_id=event.reservation_id))


def _not_reserved(
    order: OrderState | None, arrival: Arrival, event: InventoryFailed
) -> Decision:
    order = order or _choreographed(arrival)
    if order.mode is not Mode.CHOREOGRAPHY or order.status is OrderStatus.FAILED:
        return Decision(order=order)
    moved = after(order, Happening.NOT_RESERVED)
    if event.reason in UNDOING_REASONS and moved.reason:
        return Decision(order=moved)
    # The refund's event may have come first; the reason is here all the same.
    return Decision(order=with_reason(moved, event.reason, event.message))


def _is_deaf(order: OrderState) -> bool:
    """True where an event of the choreography has nothing to say."""
    return order.mode is not Mode.CHOREOGRAPHY or order.has_ended


def _orchestrated(arrival: Arrival, attempt: int, status: OrderStatus) -> OrderState:
    return OrderState(
        order_id=arrival.order_id,
        mode=Mode.ORCHESTRATION,
        status=status,
        attempt=attempt,
        known=True,
        opened_by=arrival.message_id,
        saga_id=arrival.saga_id,
    )


def _choreographed(arrival: Arrival) -> OrderState:
    return OrderState(order_id=arrival.order_id, mode=Mode.CHOREOGRAPHY)


def _contents(body: CreateOrder | OrderCreated) -> Contents:
    return Contents(
        customer_id=body.customer_id,
        items=body.items,
        total_amount=body.total_amount,
        payment_method=body.payment_method,
    )


def _contents_of_tombstone(command: CancelOrder) -> Contents:
    return Contents(
        customer_id=command.customer_id,
        items=command.items,
        total_amount=total_of(command.items),
    )


RULES: Mapping[type[Any], Callable[[OrderState | None, Arrival, Any], Decision]] = {
    CreateOrder: _create,
    CompleteOrder: _complete,
    CancelOrder: _cancel,
    OrderCreated: _created,
    PaymentProcessed: _paid,
    PaymentFailed: _not_paid,
    InventoryReserved: _reserved,
    InventoryFailed: _not_reserved,
}
