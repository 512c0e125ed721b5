"""Sell the items of one order, or leave no trace of the attempt."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from common.contracts.base import PaymentMethod, Record
from common.contracts.inventory import ReleaseInventory, ReserveInventory
from common.contracts.order import CancelOrder, CompleteOrder, CreateOrder, Item
from common.contracts.payment import ProcessPayment, RefundPayment
from common.contracts.toss import TossData, says_charged
from common.saga import (
    Kind,
    RetryBlocked,
    Saga,
    SagaState,
    filled,
    minutes,
    seconds,
    step,
)

# The payment service keeps the customer's deadline; ours is for where it says nothing.
GRACE = seconds(30)


class OrderData(Record, kw_only=True):
    """What the saga knows: commands are filled from it, replies are learnt into it."""

    order_id: str
    customer_id: str
    items: tuple[Item, ...]
    total_amount: Decimal
    payment_method: PaymentMethod = PaymentMethod.AUTO
    # The customer's time to pay in person, as it was set when the saga started:
    pay_within_s: int | None = None
    payment_id: str | None = None
    transaction_id: str | None = None
    reservation_id: str | None = None
    # A refused charge may carry what Toss knows of it:
    toss_payment_data: TossData | None = None

    @property
    def amount(self) -> Decimal:
        """What is charged."""
        return self.total_amount


def time_to_pay(data: OrderData) -> timedelta:
    """A customer in the Toss window gets the time set for them, else it is a minute."""
    if data.payment_method is not PaymentMethod.TOSS:
        return minutes(1)
    if data.pay_within_s is None:  # a saga of before there was the setting
        return minutes(10)
    return seconds(data.pay_within_s) + GRACE


def ends_as_failed(state: SagaState[OrderData]) -> bool:
    """FAILED is an order that was never paid and that nobody asked to cancel."""
    return not state.aborted and not was_paid(state)


def was_paid(state: SagaState[OrderData]) -> bool:
    """True when this try's charge succeeded, be it refunded since.

    Toss's word that it did counts too: it was being looked into when the saga turned
    round, or the money has gone back already.
    """
    charged = state.step(ProcessPayment.name).completed_at is not None
    return charged or says_charged(state.data.toss_payment_data)


class OrderSaga(Saga[OrderData], name="order", version=1, undone_by="cancel-order"):
    """Create, charge, reserve, complete; a refusal undoes all of it, newest first."""

    create = step(
        CreateOrder,
        undo=filled(CancelOrder, failed=ends_as_failed),
        running="STARTED",
        done="ORDER_CREATED",
        within=seconds(30),
    )
    charge = step(
        ProcessPayment,
        undo=RefundPayment,
        running="PAYMENT_PROCESSING",
        done="PAYMENT_COMPLETED",
        within=time_to_pay,
    )
    reserve = step(
        ReserveInventory,
        undo=ReleaseInventory,
        running="INVENTORY_RESERVING",
        done="INVENTORY_RESERVED",
        within=seconds(30),
    )
    complete = step(
        CompleteOrder,
        kind=Kind.RETRIABLE,
        running="INVENTORY_RESERVED",
        done="COMPLETED",
    )

    @classmethod
    def retry_block(cls, state: SagaState[OrderData]) -> RetryBlocked | None:
        """Money that a customer paid in person can't be charged again without them."""
        if state.data.payment_method is not PaymentMethod.TOSS or not was_paid(state):
            return None
        return RetryBlocked(
            "PAYMENT_REFUNDED",
            f"{state.key} was paid by the customer through Toss and refunded: only the"
            " customer can pay again, with a new order",
        )
