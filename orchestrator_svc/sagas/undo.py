"""Undo an order that was completed: nothing in it may be refused for good."""

from __future__ import annotations

from decimal import Decimal

from common.contracts.base import Record
from common.contracts.inventory import ReleaseInventory
from common.contracts.order import CancelOrder, Item
from common.contracts.payment import RefundPayment
from common.saga import Kind, Saga, SagaState, filled, step
from orchestrator_svc.sagas.order import OrderData


class UndoData(Record, kw_only=True):
    """What is to be given back, and why."""

    order_id: str
    customer_id: str
    items: tuple[Item, ...]
    total_amount: Decimal
    payment_id: str | None = None
    reservation_id: str | None = None
    reason: str = ""

    @property
    def amount(self) -> Decimal:
        """What is given back."""
        return self.total_amount


def undo_data(state: SagaState[OrderData]) -> UndoData:
    """What the undo of this completed order must know."""
    data = state.data
    return UndoData(
        order_id=data.order_id,
        customer_id=data.customer_id,
        items=data.items,
        total_amount=data.total_amount,
        payment_id=data.payment_id,
        reservation_id=data.reservation_id,
        reason=state.cancel.code if state.cancel else "",
    )


class CancelOrderSaga(Saga[UndoData], name="cancel-order", version=1):
    """The stock is released, the money is refunded, the order is cancelled; no less."""

    release = step(
        ReleaseInventory,
        kind=Kind.RETRIABLE,
        running="STARTED",
        done="STARTED",
    )
    refund = step(
        RefundPayment,
        kind=Kind.RETRIABLE,
        running="STARTED",
        done="STARTED",
    )
    cancel = step(
        filled(CancelOrder, failed=False),
        kind=Kind.RETRIABLE,
        running="STARTED",
        done="COMPLETED",
    )
