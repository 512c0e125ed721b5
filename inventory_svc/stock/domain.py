"""The rules of a reservation: its states, and what a message does in each of them.

A message is dealt with in three steps. `deed` says what must be done in the state the
reservation is in; the shelves do it; the answer is then read from the state it is in
afterwards. A repeat finds nothing left to do and so gets the same answer.
No Django, no I/O, no clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from common.contracts.base import Mode, Refused
from common.contracts.events import (
    OrderCancelled,
    PaymentProcessed,
)
from common.contracts.inventory import ReleaseInventory, ReserveInventory
from common.contracts.order import Item

UNKNOWN_PRODUCT = "UNKNOWN_PRODUCT"
PRICE_MISMATCH = "PRICE_MISMATCH"
INSUFFICIENT_STOCK = "INSUFFICIENT_STOCK"
ALREADY_COMPENSATED = "ALREADY_COMPENSATED"
ORDER_CANCELLED = "ORDER_CANCELLED"

Reserving = ReserveInventory | PaymentProcessed
Request = ReserveInventory | ReleaseInventory | PaymentProcessed | OrderCancelled


class ReservationStatus(StrEnum):
    """Where a reservation stands; FAILED was refused and never held anything."""

    RESERVED = "RESERVED"
    RELEASED = "RELEASED"
    FAILED = "FAILED"


class Happening(StrEnum):
    """What can happen to a reservation."""

    SET_ASIDE = "SET_ASIDE"
    REFUSED = "REFUSED"
    GIVEN_UP = "GIVEN_UP"


class Deed(StrEnum):
    """What a message asks of the shelves."""

    RESERVE = "RESERVE"
    RELEASE = "RELEASE"
    FORESTALL = "FORESTALL"
    NOTHING = "NOTHING"


class IllegalTransition(Exception):
    """The happening is not possible in the reservation's state."""


class StockedProduct(Protocol):
    """A product, as far as the rules look at it."""

    product_id: str
    product_name: str
    price: Decimal
    available_quantity: int


class Standing(Protocol):
    """A reservation, as far as the rules look at it."""

    reservation_id: str
    saga_id: str
    status: str
    failure_code: str
    reason: str


_RESERVED = ReservationStatus.RESERVED
_RELEASED = ReservationStatus.RELEASED
_FAILED = ReservationStatus.FAILED

# Every transition there is; None stands for a reservation that is not there yet.
TRANSITIONS: Mapping[
    ReservationStatus | None, Mapping[Happening, ReservationStatus]
] = {
    None: {
        Happening.SET_ASIDE: _RESERVED,
        Happening.REFUSED: _FAILED,
        Happening.GIVEN_UP: _RELEASED,
    },
    _RESERVED: {Happening.GIVEN_UP: _RELEASED},
    _RELEASED: {},
    _FAILED: {},
}

_RESERVING: Mapping[ReservationStatus | None, Deed] = {
    None: Deed.RESERVE,
    _RESERVED: Deed.NOTHING,
    _RELEASED: Deed.NOTHING,
    _FAILED: Deed.NOTHING,
}

_UNDOING: Mapping[ReservationStatus | None, Deed] = {
    None: Deed.FORESTALL,
    _RESERVED: Deed.RELEASE,
    _RELEASED: Deed.NOTHING,
    _FAILED: Deed.NOTHING,
}

DEEDS: Mapping[type[Request], Mapping[ReservationStatus | None, Deed]] = {
    ReserveInventory: _RESERVING,
    PaymentProcessed: _RESERVING,
    ReleaseInventory: _UNDOING,
    OrderCancelled: _UNDOING,
}


def reservation_id_of(order_id: str, attempt: int) -> str:
    """The id of the one reservation that an attempt of an order can have."""
    return f"RES-{order_id}-{attempt}"


def attempt_of(request: Request) -> int:
    """Which attempt at the order is meant; a choreography has only the first."""
    if isinstance(request, ReserveInventory | ReleaseInventory):
        return request.attempt
    return 1


def after(status: str | None, happening: Happening) -> ReservationStatus:
    """The state that follows. Raises IllegalTransition."""
    known = None if status is None else ReservationStatus(status)
    try:
        return TRANSITIONS[known][happening]
    except KeyError:
        state = known or "not there"
        raise IllegalTransition(
            f"a reservation that is {state} cannot be {happening}"
        ) from None


def deed(request: Request, reservation: Standing | None) -> Deed:
    """What the request needs done to the reservation as it stands."""
    status = None if reservation is None else ReservationStatus(reservation.status)
    return DEEDS[type(request)][status]


def concerns(request: Request, reservation: Standing | None) -> bool:
    """False for an event of the choreography about an order that a saga runs."""
    if isinstance(request, ReserveInventory | ReleaseInventory):
        return True
    if isinstance(request, OrderCancelled) and request.mode != Mode.CHOREOGRAPHY:
        return False
    return reservation is None or reservation.saga_id == ""


def quantities(items: Sequence[Item]) -> Counter[str]:
    """How many of each product are wanted, over all lines."""
    wanted: Counter[str] = Counter()
    for item in items:
        wanted[item.product_id] += item.quantity
    return wanted


def objection(
    items: Sequence[Item], shelf: Mapping[str, StockedProduct]
) -> Refused | None:
    """Why these items cannot be set aside, all of them; None when they can."""
    for item in items:
        if (found := _objection_to(item, shelf.get(item.product_id))) is not None:
            return found
    for product_id, wanted in quantities(items).items():
        product = shelf[product_id]
        if product.available_quantity < wanted:
            return Refused(
                reason=INSUFFICIENT_STOCK,
                message=f"{product_id} {product.product_name}: {wanted} wanted, "
                f"{product.available_quantity} available",
            )
    return None


def _objection_to(item: Item, product: StockedProduct | None) -> Refused | None:
    if product is None:
        return Refused(
            reason=UNKNOWN_PRODUCT, message=f"there is no product {item.product_id}"
        )
    if product.price != item.price:
        return Refused(
            reason=PRICE_MISMATCH,
            message=f"{item.product_id} {product.product_name} costs "
            f"{product.price}, not {item.price}",
        )
    return None
