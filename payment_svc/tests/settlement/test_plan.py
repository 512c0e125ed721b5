"""What Toss is asked next, by table."""

from __future__ import annotations

import pytest

from payment_svc.payments.settlement.plan import Act, is_by_customer, next_act
from payment_svc.tests.settlement.books import billed, refund_of, standing

STATUSES = (
    "PENDING",
    "PROCESSING",
    "TOSS_SUCCESS_DB_FAILED",
    "SUCCESS",
    "FAILED",
    "CANCELLED",
    "REFUNDED",
)


@pytest.mark.parametrize("calls", [0, 1, 7])
@pytest.mark.parametrize("status", STATUSES)
def test_only_an_intent_that_was_never_called_is_charged(
    status: str, calls: int
) -> None:
    """Whatever may have happened is looked up first."""
    is_fresh = (status, calls) == ("PROCESSING", 0)
    payment = standing(status, calls=calls)
    assert next_act(payment, None) is (Act.CHARGE if is_fresh else Act.FIND)


@pytest.mark.parametrize("status", ["SUCCESS", "FAILED", "CANCELLED"])
@pytest.mark.parametrize(
    ("refund_status", "calls", "act"),
    [
        ("PENDING", 0, Act.GIVE_BACK),
        ("PENDING", 1, Act.FIND),
        ("REFUSED", 0, Act.FIND),
        ("REFUSED", 1, Act.FIND),
    ],
)
def test_only_a_refund_that_was_never_called_is_made(
    status: str, refund_status: str, calls: int, act: Act
) -> None:
    """One that may have been made is looked up, and one refused is let be."""
    payment = standing(status)
    refund = refund_of(payment, status=refund_status, calls=calls)
    assert next_act(payment, refund) is act


def test_who_pays_in_the_window() -> None:
    """By the method of the order."""
    assert is_by_customer(standing("PENDING"))
    assert not is_by_customer(billed("PROCESSING"))
