"""How much can be given back, by table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from payment_svc.payments import refunding
from payment_svc.payments.domain import PaymentStatus
from payment_svc.tests.factories import TOTAL, Known

S = PaymentStatus


@pytest.mark.parametrize(
    ("known", "wanted", "given"),
    [
        (Known(), None, TOTAL),
        (Known(), Decimal(5), Decimal(5)),
        (Known(), TOTAL, TOTAL),
        (Known(refunded_amount=Decimal(5)), None, Decimal("1994.98")),
        (Known(S.REFUNDED, refunded_amount=TOTAL), None, Decimal(0)),
    ],
)
def test_amount_to_refund(known: Known, wanted: Decimal | None, given: Decimal) -> None:
    """What was asked, or all that is left; nothing a second time."""
    assert refunding.amount_to_refund(known, wanted) == given


@pytest.mark.parametrize(
    "status",
    [S.PENDING, S.PROCESSING, S.FAILED, S.CANCELLED, S.TOSS_SUCCESS_DB_FAILED],
)
def test_what_was_not_paid_cannot_be_refunded(status: S) -> None:
    """The sentence names the payment and its state."""
    with pytest.raises(refunding.NotPaid, match=f"PAY-ORD-1-1 is {status}"):
        refunding.amount_to_refund(Known(status), None)


@pytest.mark.parametrize(
    "known",
    [Known(refunded_amount=Decimal(1000)), Known(S.REFUNDED, refunded_amount=TOTAL)],
)
def test_never_more_than_is_left(known: Known) -> None:
    """A refund beyond what is left is refused."""
    with pytest.raises(refunding.RefundTooLarge, match=r"is left of the 1999\.98"):
        refunding.amount_to_refund(known, Decimal(1000))
