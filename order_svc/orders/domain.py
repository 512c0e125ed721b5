"""What an order is and how it moves; no Django, no clock, no I/O.

`TRANSITIONS` owns every change of status: a happening that is not in a status's row
leaves the status as it is. That is how late, doubled and reordered messages do no harm.

Events of the choreography come over several topics, so any of them may overtake the
others, and even the order itself: facts about an order that is not here yet are kept
on an order without contents, which the late order.created then fills.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from common.contracts.base import Mode, PaymentMethod
from common.contracts.order import Item, total_of

MAX_REASON = 2000


class OrderStatus(StrEnum):
    """How far an order has come."""

    PENDING = "PENDING"
    PAYMENT_COMPLETED = "PAYMENT_COMPLETED"
    COMPLETED = "COMPLETED"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class Happening(StrEnum):
    """What can happen to an order, whoever tells it."""

    PAID = "the money is there"
    DECLINED = "the payment was declined"
    GIVEN_BACK = "the money was given back"
    RESERVED = "the stock is reserved"
    NOT_RESERVED = "no stock is reserved"
    CANCEL_ASKED = "somebody asked to cancel"
    COMPLETE = "the orchestrator completes it"
    CLOSE = "the orchestrator closes it"
    CLOSE_UNPAID = "the orchestrator closes it, never paid"


S = OrderStatus
H = Happening

TRANSITIONS: Mapping[OrderStatus, Mapping[Happening, OrderStatus]] = {
    S.PENDING: {
        H.PAID: S.PAYMENT_COMPLETED,
        H.DECLINED: S.FAILED,
        H.GIVEN_BACK: S.CANCELLED,
        # Stock is reserved for paid orders only, so the payment's event is under way.
        H.RESERVED: S.COMPLETED,
        H.NOT_RESERVED: S.CANCELLING,
        H.CANCEL_ASKED: S.CANCELLING,
        H.COMPLETE: S.COMPLETED,
        H.CLOSE: S.CANCELLED,
        H.CLOSE_UNPAID: S.FAILED,
    },
    S.PAYMENT_COMPLETED: {
        H.DECLINED: S.FAILED,
        H.GIVEN_BACK: S.CANCELLED,
        H.RESERVED: S.COMPLETED,
        H.NOT_RESERVED: S.CANCELLING,
        H.CANCEL_ASKED: S.CANCELLING,
        H.COMPLETE: S.COMPLETED,
        H.CLOSE: S.CANCELLED,
        H.CLOSE_UNPAID: S.FAILED,
    },
    S.COMPLETED: {
        # After a reservation these say that it was released, or the sale repaid.
        H.GIVEN_BACK: S.CANCELLED,
        H.NOT_RESERVED: S.CANCELLING,
        H.CANCEL_ASKED: S.CANCELLING,
        H.CLOSE: S.CANCELLED,
        H.CLOSE_UNPAID: S.CANCELLED,
    },
    S.CANCELLING: {
        H.DECLINED: S.CANCELLED,
        H.GIVEN_BACK: S.CANCELLED,
        H.CLOSE: S.CANCELLED,
        H.CLOSE_UNPAID: S.CANCELLED,
    },
    S.CANCELLED: {},
    S.FAILED: {},
}

ENDED = frozenset({S.CANCELLED, S.FAILED})

# Why an order in this status cannot be cancelled: (code, sentence).
CANCEL_REFUSALS: Mapping[OrderStatus, tuple[str, str]] = {
    S.CANCELLING: ("CANCEL_IN_PROGRESS", "The order is being cancelled already."),
    S.CANCELLED: ("ORDER_ALREADY_CANCELLED", "The order is cancelled already."),
    S.FAILED: ("ORDER_FAILED", "The order has failed; there is nothing to cancel."),
}


class CancelRefused(Exception):
    """The order is in a status in which it cannot be cancelled."""

    def __init__(self, status: OrderStatus) -> None:
        """`status` decides code and sentence."""
        self.code, detail = CANCEL_REFUSALS[status]
        super().__init__(detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What was ordered, by whom, and how it is paid."""

    customer_id: str
    items: tuple[Item, ...]
    total_amount: Decimal
    payment_method: PaymentMethod = PaymentMethod.AUTO

    @property
    def adds_up(self) -> bool:
        """True when the total is the sum of the items."""
        return total_of(self.items) == self.total_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderState:
    """An order as the rules see it.

    `attempt` counts the tries of its saga. `known` is False while only others have
    spoken of the order. `opened_by` is the id of the message that brought it.
    """

    order_id: str
    mode: Mode
    status: OrderStatus = OrderStatus.PENDING
    attempt: int = 1
    known: bool = False
    opened_by: str = ""
    saga_id: str = ""
    payment_id: str = ""
    reservation_id: str = ""
    reason: str = ""
    cancelled_by: str = ""

    @property
    def has_ended(self) -> bool:
        """True when nothing but a new attempt can move it."""
        return self.status in ENDED

    @property
    def waits_for_payment(self) -> bool:
        """True where the choreography has not come further than the order itself."""
        return self.mode is Mode.CHOREOGRAPHY and self.status is OrderStatus.PENDING


def after(order: OrderState, happening: Happening) -> OrderState:
    """The order after a happening; the same one where that changes no status."""
    status = TRANSITIONS[order.status].get(happening, order.status)
    return order if status is order.status else replace(order, status=status)


def cancel_refusal(order: OrderState) -> CancelRefused | None:
    """Why the order cannot be cancelled, or None where it can."""
    if Happening.CANCEL_ASKED in TRANSITIONS[order.status]:
        return None
    return CancelRefused(order.status)


def ask_to_cancel(order: OrderState, *, reason: str, by: str) -> OrderState:
    """The order in CANCELLING. Raises CancelRefused where that cannot be."""
    if refusal := cancel_refusal(order):
        raise refusal
    moved = after(order, Happening.CANCEL_ASKED)
    return replace(moved, reason=reason[:MAX_REASON], cancelled_by=by)


def with_reason(order: OrderState, reason: str, message: str = "") -> OrderState:
    """The order with why it ends; what the person who cancelled said stays."""
    text = f"{reason}: {message}" if message else reason
    if order.cancelled_by or not text:
        return order
    return replace(order, reason=text[:MAX_REASON])
