"""What Toss is asked next about a payment; pure."""

from __future__ import annotations

from enum import StrEnum

from common.contracts.base import PaymentMethod
from payment_svc.payments.domain import PaymentStatus
from payment_svc.payments.models import Payment, Refund, RefundStatus


class Act(StrEnum):
    """What Toss is asked."""

    CHARGE = "CHARGE"
    GIVE_BACK = "GIVE_BACK"
    FIND = "FIND"
    # By whichever of the order's payment keys it was charged.
    FIND_BY_ORDER = "FIND_BY_ORDER"


def next_act(payment: Payment, refund: Refund | None) -> Act:
    """What to ask for a payment whose time has come.

    Whatever was asked once is looked up before it is asked again.
    """
    if refund is not None and refund.status == RefundStatus.PENDING:
        return Act.GIVE_BACK if refund.calls == 0 else Act.FIND
    if payment.status == PaymentStatus.PROCESSING and payment.calls == 0:
        return Act.CHARGE
    return Act.FIND


def is_by_customer(payment: Payment) -> bool:
    """True where a customer agrees to the charge in Toss's window."""
    return payment.payment_method == PaymentMethod.TOSS
