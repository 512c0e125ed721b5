"""What is said of a reservation: read from its state, so repeats hear the same.

No Django, no I/O, no clock.
"""

from __future__ import annotations

from common.contracts.base import Done, Refused
from common.contracts.events import (
    InventoryFailed,
    InventoryReserved,
    OrderCancelled,
    PaymentProcessed,
)
from common.contracts.inventory import InventoryReserved as Reserved
from inventory_svc.stock.domain import (
    ALREADY_COMPENSATED,
    ORDER_CANCELLED,
    ReservationStatus,
    Standing,
)


def answer_to_reserve(reservation: Standing) -> Done | Refused:
    """The reply to RESERVE_INVENTORY, read from what the reservation has become."""
    if reservation.status == ReservationStatus.RESERVED:
        return Reserved(reservation_id=reservation.reservation_id)
    if reservation.status == ReservationStatus.FAILED:
        return Refused(reason=reservation.failure_code, message=reservation.reason)
    return Refused(
        reason=ALREADY_COMPENSATED,
        message=f"{reservation.reservation_id} was undone before it was asked for",
    )


def news_of_reserve(
    payment: PaymentProcessed, reservation: Standing, timestamp: str
) -> InventoryReserved | InventoryFailed | None:
    """The event after PaymentProcessed; None when the undoing has already told all."""
    if reservation.status == ReservationStatus.RESERVED:
        return InventoryReserved(
            order_id=payment.order_id,
            timestamp=timestamp,
            reservation_id=reservation.reservation_id,
            items=payment.items,
        )
    if reservation.status == ReservationStatus.FAILED:
        return InventoryFailed(
            order_id=payment.order_id,
            timestamp=timestamp,
            reason=reservation.failure_code,
            message=reservation.reason,
        )
    return None


def news_of_cancel(cancel: OrderCancelled, timestamp: str) -> InventoryFailed:
    """The event after OrderCancelled: nothing is held for the order, nor will be."""
    return InventoryFailed(
        order_id=cancel.order_id,
        timestamp=timestamp,
        reason=ORDER_CANCELLED,
        message=cancel.reason,
    )
