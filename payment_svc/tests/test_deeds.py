"""What a message needs done to a payment, by table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from payment_svc.payments import deeds
from payment_svc.payments.deeds import Deed
from payment_svc.payments.domain import PaymentStatus
from payment_svc.payments.requests import Request
from payment_svc.tests.factories import CREATED, NO_STOCK, PROCESS, REFUND, Known

S = PaymentStatus


@pytest.mark.parametrize("request_", [PROCESS, CREATED])
@pytest.mark.parametrize(
    ("status", "deed"),
    [
        (None, Deed.CHARGE),
        (S.SUCCESS, Deed.NOTHING),
        (S.FAILED, Deed.NOTHING),
        (S.REFUNDED, Deed.NOTHING),
        (S.CANCELLED, Deed.NOTHING),
    ],
)
def test_a_charge_is_made_only_once(
    request_: Request, status: S | None, deed: Deed
) -> None:
    """Only where there is no payment yet is anything charged."""
    known = None if status is None else Known(status)
    assert deeds.deed(request_, known) is deed


@pytest.mark.parametrize("request_", [REFUND, NO_STOCK])
@pytest.mark.parametrize(
    ("status", "deed"),
    [
        (None, Deed.ABANDON),
        (S.PENDING, Deed.ABANDON),
        (S.SUCCESS, Deed.REFUND),
        (S.TOSS_SUCCESS_DB_FAILED, Deed.REFUND),
        (S.FAILED, Deed.NOTHING),
        (S.REFUNDED, Deed.NOTHING),
        (S.CANCELLED, Deed.NOTHING),
    ],
)
def test_an_undoing_gives_back_what_was_taken(
    request_: Request, status: S | None, deed: Deed
) -> None:
    """Money taken is given back; money not taken yet is never taken."""
    known = None if status is None else Known(status)
    assert deeds.deed(request_, known) is deed


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (PROCESS, S.PENDING),
        (PROCESS, S.PROCESSING),
        (PROCESS, S.TOSS_SUCCESS_DB_FAILED),
        (CREATED, S.PROCESSING),
        (REFUND, S.PROCESSING),
        (NO_STOCK, S.PROCESSING),
    ],
)
def test_nothing_is_done_in_doubt(request_: Request, status: S) -> None:
    """While the provider has the word, a message is an error to be tried again."""
    with pytest.raises(deeds.PaymentInDoubt, match="must be settled"):
        deeds.deed(request_, Known(status))


@pytest.mark.parametrize("request_", [PROCESS, CREATED])
def test_another_amount_for_the_same_attempt_is_an_error(
    request_: Request,
) -> None:
    """The repeat of a charge names the amount that was charged."""
    with pytest.raises(deeds.ContradictoryCharge, match=r"charged 5\.00.*1999\.98"):
        deeds.deed(request_, Known(amount=Decimal("5.00")))
