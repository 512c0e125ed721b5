"""The rules of a payment, by table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from common.contracts.base import PaymentMethod
from common.contracts.events import InventoryFailed
from common.contracts.payment import ProcessPayment
from payment_svc.payments import domain
from payment_svc.payments.domain import Deed, Happening, PaymentStatus
from payment_svc.tests.factories import CREATED, NO_STOCK, PROCESS, REFUND, TOTAL, Known

S = PaymentStatus


@pytest.mark.parametrize(
    ("before", "happening", "after"),
    [
        (None, Happening.CHARGE_ASKED, S.PROCESSING),
        (None, Happening.DECLINED, S.FAILED),
        (None, Happening.ABANDONED, S.CANCELLED),
        (S.PENDING, Happening.CHARGE_ASKED, S.PROCESSING),
        (S.PENDING, Happening.ABANDONED, S.CANCELLED),
        (S.PROCESSING, Happening.CHARGED, S.SUCCESS),
        (S.PROCESSING, Happening.DECLINED, S.FAILED),
        (S.TOSS_SUCCESS_DB_FAILED, Happening.CHARGED, S.SUCCESS),
        (S.TOSS_SUCCESS_DB_FAILED, Happening.REFUNDED_IN_FULL, S.REFUNDED),
        (S.SUCCESS, Happening.REFUNDED_IN_PART, S.SUCCESS),
        (S.SUCCESS, Happening.REFUNDED_IN_FULL, S.REFUNDED),
    ],
)
def test_transition(before: S | None, happening: Happening, after: S) -> None:
    """The happening moves the payment to the state beside it."""
    assert domain.after(before, happening) is after


def test_no_other_transition_exists() -> None:
    """Eleven happenings are possible; every other one is refused with a sentence."""
    legal = sum(len(moves) for moves in domain.TRANSITIONS.values())
    assert legal == 11
    refused = 0
    for state in (None, *S):
        for happening in Happening:
            if happening not in domain.TRANSITIONS[state]:
                with pytest.raises(domain.IllegalTransition, match=str(happening)):
                    domain.after(state, happening)
                refused += 1
    assert refused == 8 * len(Happening) - legal


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
    request_: domain.Request, status: S | None, deed: Deed
) -> None:
    """Only where there is no payment yet is anything charged."""
    known = None if status is None else Known(status)
    assert domain.deed(request_, known) is deed


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
    request_: domain.Request, status: S | None, deed: Deed
) -> None:
    """Money taken is given back; money not taken yet is never taken."""
    known = None if status is None else Known(status)
    assert domain.deed(request_, known) is deed


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
def test_nothing_is_done_in_doubt(request_: domain.Request, status: S) -> None:
    """While the provider has the word, a message is an error to be tried again."""
    with pytest.raises(domain.PaymentInDoubt, match="must be settled"):
        domain.deed(request_, Known(status))


@pytest.mark.parametrize("request_", [PROCESS, CREATED])
def test_another_amount_for_the_same_attempt_is_an_error(
    request_: domain.Request,
) -> None:
    """The repeat of a charge names the amount that was charged."""
    with pytest.raises(domain.ContradictoryCharge, match=r"charged 5\.00.*1999\.98"):
        domain.deed(request_, Known(amount=Decimal("5.00")))


def test_a_customer_s_payment_cannot_be_charged_alone() -> None:
    """Without a provider for it, TOSS is declined before anybody is asked."""
    toss = ProcessPayment(
        customer_id="CUST001", amount=TOTAL, payment_method=PaymentMethod.TOSS
    )
    assert domain.deed(toss, None) is Deed.DECLINE


@pytest.mark.parametrize(
    ("request_", "saga_id", "concerned"),
    [
        (CREATED, "", True),
        (NO_STOCK, "", True),
        (CREATED, "SAGA-1", False),
        (NO_STOCK, "SAGA-1", False),
        (PROCESS, "SAGA-1", True),
        (REFUND, "SAGA-1", True),
    ],
)
def test_choreography_keeps_out_of_sagas(
    request_: domain.Request, saga_id: str, concerned: bool
) -> None:
    """An event changes nothing about an order that an orchestrator runs."""
    assert domain.concerns(request_, Known(saga_id=saga_id)) is concerned
    assert domain.concerns(request_, None)


@pytest.mark.parametrize(
    ("known", "wanted", "given"),
    [
        (Known(), None, TOTAL),
        (Known(), Decimal(5), Decimal(5)),
        (Known(), TOTAL, TOTAL),
        (Known(refunded_amount=Decimal(5)), None, Decimal("1994.98")),
        (Known(S.REFUNDED, refunded_amount=TOTAL), None, Decimal(0)),
        (Known(S.TOSS_SUCCESS_DB_FAILED), None, TOTAL),
    ],
)
def test_amount_to_refund(known: Known, wanted: Decimal | None, given: Decimal) -> None:
    """What was asked, or all that is left; nothing a second time."""
    assert domain.amount_to_refund(known, wanted) == given


@pytest.mark.parametrize("status", [S.PENDING, S.PROCESSING, S.FAILED, S.CANCELLED])
def test_what_was_not_paid_cannot_be_refunded(status: S) -> None:
    """The sentence names the payment and its state."""
    with pytest.raises(domain.NotPaid, match=f"PAY-ORD-1-1 is {status}"):
        domain.amount_to_refund(Known(status), None)


@pytest.mark.parametrize(
    "known",
    [Known(refunded_amount=Decimal(1000)), Known(S.REFUNDED, refunded_amount=TOTAL)],
)
def test_never_more_than_is_left(known: Known) -> None:
    """A refund beyond what is left is refused."""
    with pytest.raises(domain.RefundTooLarge, match=r"is left of the 1999\.98"):
        domain.amount_to_refund(known, Decimal(1000))


def test_reason_is_cut_to_what_the_books_hold() -> None:
    """The longest reason and message together fit their column."""
    long = InventoryFailed(order_id="ORD-1", reason="R" * 100, message="m" * 2000)
    assert len(domain.why(long)) == 2000
    assert domain.why(PROCESS) == ""
