"""What is said of a payment: read from its state, so repeats hear the same.

No Django, no I/O, no clock.
"""

from __future__ import annotations

from common.contracts.base import Done, Refused
from common.contracts.events import (
    InventoryFailed,
    OrderCreated,
    PaymentFailed,
    PaymentProcessed,
)
from common.contracts.payment import PaymentProcessed as Charged
from payment_svc.payments.domain import (
    ALREADY_COMPENSATED,
    REFUNDED,
    PaymentStatus,
    Standing,
)
from payment_svc.payments.requests import why


def answer_to_charge(payment: Standing) -> Done | Refused:
    """The reply to PROCESS_PAYMENT, read from what the payment has become."""
    if payment.status == PaymentStatus.SUCCESS:
        return Charged(
            payment_id=payment.payment_id, transaction_id=payment.transaction_id
        )
    if payment.status == PaymentStatus.FAILED:
        return Refused(reason=payment.failure_code, message=payment.failure_reason)
    return Refused(
        reason=ALREADY_COMPENSATED,
        message=f"{payment.payment_id} was undone before it was asked for",
    )


def news_of_charge(
    order: OrderCreated, payment: Standing, timestamp: str
) -> PaymentProcessed | PaymentFailed | None:
    """The event after OrderCreated; None when the undoing has already told all."""
    if payment.status == PaymentStatus.SUCCESS:
        return PaymentProcessed(
            order_id=order.order_id,
            timestamp=timestamp,
            payment_id=payment.payment_id,
            customer_id=payment.customer_id,
            amount=payment.amount,
            items=order.items,
            transaction_id=payment.transaction_id,
        )
    if payment.status == PaymentStatus.FAILED:
        return PaymentFailed(
            order_id=order.order_id,
            timestamp=timestamp,
            reason=payment.failure_code,
            message=payment.failure_reason,
            payment_id=payment.payment_id,
        )
    return None


def news_of_refund(
    failure: InventoryFailed, payment: Standing, timestamp: str
) -> PaymentFailed:
    """The event after InventoryFailed: how much was given back, and why."""
    given_back = payment.status == PaymentStatus.REFUNDED
    return PaymentFailed(
        order_id=failure.order_id,
        timestamp=timestamp,
        reason=REFUNDED if given_back else failure.reason,
        message=why(failure),
        payment_id=payment.payment_id,
        refunded_amount=payment.refunded_amount,
    )
