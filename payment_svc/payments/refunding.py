"""How much of a payment can be given back; pure."""

from __future__ import annotations

from decimal import Decimal

from payment_svc.payments.domain import (
    Happening,
    PaymentError,
    PaymentStatus,
    Standing,
)


class NotPaid(PaymentError):
    """There is no money of this payment that could be given back."""


class RefundTooLarge(PaymentError):
    """More would be given back than is left of the charge."""


def left_of(payment: Standing) -> Decimal:
    """What is charged and not given back."""
    return payment.amount - payment.refunded_amount


def refund_happening(payment: Standing, amount: Decimal) -> Happening:
    """How the books name a refund of `amount`. Raises RefundTooLarge."""
    left = left_of(payment)
    if amount > left:
        raise RefundTooLarge(
            f"{amount} cannot be given back: {left} is left of "
            f"the {payment.amount} charged"
        )
    if amount == left:
        return Happening.REFUNDED_IN_FULL
    return Happening.REFUNDED_IN_PART


def amount_to_refund(payment: Standing, wanted: Decimal | None) -> Decimal:
    """What a person's request gives back: `wanted`, or all that is left.

    0 for a second request of all. Raises NotPaid and RefundTooLarge.
    """
    if payment.status not in (PaymentStatus.SUCCESS, PaymentStatus.REFUNDED):
        raise NotPaid(
            f"The payment {payment.payment_id} is {payment.status}: "
            f"there is no money to give back."
        )
    if wanted is None:
        is_over = payment.status == PaymentStatus.REFUNDED
        return Decimal(0) if is_over else left_of(payment)
    refund_happening(payment, wanted)
    return wanted


def refund_id_of(payment: Standing) -> str:
    """The key of the next refund.

    What was given back before makes it: a repeat of this refund has the same one, the
    next refund another.
    """
    return f"{payment.payment_id}/after-{payment.refunded_amount:.2f}"
