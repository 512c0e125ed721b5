"""The states of a payment, by table."""

from __future__ import annotations

import pytest

from payment_svc.payments import domain
from payment_svc.payments.domain import Happening, PaymentStatus

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
