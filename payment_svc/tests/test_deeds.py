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
        (S.PENDING, Deed.WAIT),
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


@pytest.mark.parametrize("status", [S.PROCESSING, S.TOSS_SUCCESS_DB_FAILED])
@pytest.mark.parametrize("request_", [PROCESS, CREATED, REFUND, NO_STOCK])
def test_every_message_waits_while_toss_has_the_word(
    request_: Request, status: S
) -> None:
    """What became of the charge decides, so nothing is done before it is known."""
    assert deeds.deed(request_, Known(status)) is Deed.WAIT


_OVER = {S.FAILED, S.REFUNDED, S.CANCELLED}


@pytest.mark.parametrize(
    ("request_", "says_something"),
    [
        (PROCESS, _OVER | {S.SUCCESS}),
        (CREATED, _OVER | {S.SUCCESS}),
        (REFUND, _OVER),
        (NO_STOCK, _OVER),
    ],
)
def test_which_states_answer_a_message(
    request_: Request, says_something: set[S]
) -> None:
    """A charge by how it ended, an undoing only once no money is left here."""
    answerable = {s for s in S if deeds.is_answerable(request_, Known(s))}
    assert answerable == says_something


@pytest.mark.parametrize(
    ("request_", "undone"),
    [(PROCESS, False), (CREATED, False), (REFUND, True), (NO_STOCK, True)],
)
def test_who_no_longer_wants_the_money(request_: Request, undone: bool) -> None:
    """A waiting undoing is what gives a charge in doubt up."""
    assert deeds.wants_undoing(request_) is undone


@pytest.mark.parametrize("request_", [PROCESS, CREATED])
def test_another_amount_for_the_same_attempt_is_an_error(
    request_: Request,
) -> None:
    """The repeat of a charge names the amount that was charged."""
    with pytest.raises(deeds.ContradictoryCharge, match=r"charged 5\.00.*1999\.98"):
        deeds.deed(request_, Known(amount=Decimal("5.00")))


@pytest.mark.parametrize("status", [S.PENDING, S.PROCESSING, S.FAILED])
def test_before_a_charge_the_amount_is_not_compared(status: S) -> None:
    """Only money that was taken can contradict what is asked."""
    known = Known(status, amount=Decimal("5.00"))
    assert deeds.deed(PROCESS, known) in (Deed.WAIT, Deed.NOTHING)
