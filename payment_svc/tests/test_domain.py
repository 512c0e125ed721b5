"""The states of a payment, by table."""

from __future__ import annotations

import pytest

from payment_svc.payments import domain
from payment_svc.payments.domain import Happening, PaymentStatus

S = PaymentStatus


@pytest.mark.parametrize(
    ("before", "happening", "after"),
    [
        (None, Happening.OFFERED, S.PENDING),
        (None, Happening.CHARGE_ASKED, S.PROCESSING),
        (None, Happening.CHARGED, S.SUCCESS),
        (None, Happening.DECLINED, S.FAILED),
        (None, Happening.ABANDONED, S.CANCELLED),
        (S.PENDING, Happening.CHARGE_ASKED, S.PROCESSING),
        (S.PENDING, Happening.CHARGED, S.SUCCESS),
        (S.PENDING, Happening.DECLINED, S.FAILED),
        (S.PENDING, Happening.ABANDONED, S.CANCELLED),
        (S.PROCESSING, Happening.CHARGED, S.SUCCESS),
        (S.PROCESSING, Happening.NOT_SAVED, S.TOSS_SUCCESS_DB_FAILED),
        (S.PROCESSING, Happening.DECLINED, S.FAILED),
        (S.PROCESSING, Happening.NOT_PAYABLE, S.PENDING),
        (S.PROCESSING, Happening.ABANDONED, S.CANCELLED),
        (S.TOSS_SUCCESS_DB_FAILED, Happening.CHARGED, S.SUCCESS),
        (S.SUCCESS, Happening.REFUNDED_IN_PART, S.SUCCESS),
        (S.SUCCESS, Happening.REFUNDED_IN_FULL, S.REFUNDED),
        (S.FAILED, Happening.ORPHAN_GIVEN_BACK, S.REFUNDED),
        (S.CANCELLED, Happening.ORPHAN_GIVEN_BACK, S.REFUNDED),
    ],
)
def test_transition(before: S | None, happening: Happening, after: S) -> None:
    """The happening moves the payment to the state beside it."""
    assert domain.after(before, happening) is after


def test_no_other_transition_exists() -> None:
    """Twenty happenings are possible; every other one is refused with a sentence."""
    legal = sum(len(moves) for moves in domain.TRANSITIONS.values())
    assert legal == 20
    refused = 0
    for state in (None, *S):
        for happening in Happening:
            if happening not in domain.TRANSITIONS[state]:
                with pytest.raises(domain.IllegalTransition, match=str(happening)):
                    domain.after(state, happening)
                refused += 1
    assert refused == 8 * len(Happening) - legal


@pytest.mark.parametrize(
    ("order_id", "attempt", "known_as"),
    [("ORD-1", 1, "ORD-1"), ("ORD-1", 2, "ORD-1_2"), ("ORD-1", 12, "ORD-1_12")],
)
def test_toss_knows_each_attempt_by_an_order_id_of_its_own(
    order_id: str, attempt: int, known_as: str
) -> None:
    """The first by the order's, for that is what the customer's window is given."""
    assert domain.toss_order_id_of(order_id, attempt) == known_as
