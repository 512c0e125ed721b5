"""What happened at Toss."""

from __future__ import annotations

from typing import Any

import pytest

from common.messaging.envelope import iso
from orchestrator_svc.dashboard.story import toss
from orchestrator_svc.tests.dashboard.story.told import at, attempt, drawn

PAID = {
    "status": "SUCCESS",
    "provider": "toss",
    "processedAt": iso(at(900)),
    "toss": {
        "status": "DONE",
        "requestedAt": iso(at(400)),
        "approvedAt": iso(at(-5000)),
    },
}
REFUND = {
    "refundId": "R-1",
    "amount": 60.0,
    "reason": "no stock",
    "requestedBy": "payment",
    "status": "DONE",
    "failure": None,
    "createdAt": iso(at(950)),
}


def told(**payment: Any) -> list[Any]:
    """What is told of one payment."""
    return list(toss.calls([attempt(**payment)]))


def test_an_offered_payment_waits_for_the_customer() -> None:
    """Nothing has happened at Toss yet."""
    assert drawn(told()) == ["payment: waits for the customer [plain]"]


def test_a_paid_one_is_paid_confirmed_and_answered() -> None:
    """Each because of the one before."""
    found = told(**PAID)
    assert drawn(found) == [
        "payment: waits for the customer [plain]",
        "customer > toss: pays in Toss's window [plain]",
        "payment > toss: confirm [plain]",
        "toss > payment: DONE [good]",
    ]
    assert [one.cause for one in found[2:]] == ["PAY-1:paid", "PAY-1:confirm"]


def test_toss_s_times_are_kept_within_our_own() -> None:
    """They have no milliseconds, and clocks differ."""
    assert [one.at for one in told(**PAID)] == [at(10), at(400), at(10), at(900)]


def test_a_charge_without_the_customer_is_a_call_of_ours() -> None:
    """By a billing key."""
    assert drawn(told(paymentMethod="AUTO", **PAID)) == [
        "payment > toss: charge [plain]",
        "toss > payment: DONE [good]",
    ]


def test_a_declined_one_says_why() -> None:
    """As Toss said it."""
    found = told(
        status="FAILED",
        failureReason="REJECT_CARD_PAYMENT",
        toss={"status": "ABORTED"},
        updatedAt=iso(at(700)),
    )
    assert drawn(found[-1:]) == ["toss > payment: ABORTED [bad]"]
    assert (found[-1].detail, found[-1].at) == ("REJECT_CARD_PAYMENT", at(700))


def test_one_that_lapsed_never_came_to_toss() -> None:
    """The customer did not pay in time."""
    assert len(told(status="FAILED", failureReason="too late")) == 1


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        ("PENDING", ["payment > toss: cancel (refund) [undone]"]),
        (
            "DONE",
            [
                "payment > toss: cancel (refund) [undone]",
                "toss > payment: given back [undone]",
            ],
        ),
        (
            "REFUSED",
            [
                "payment > toss: cancel (refund) [undone]",
                "toss > payment: refused [bad]",
            ],
        ),
    ],
)
def test_money_that_goes_back_is_told_with_its_answer(
    status: str, lines: list[str]
) -> None:
    """As soon as there is one."""
    refund = {**REFUND, "status": status, "failure": "no"}
    found = told(refunds=[refund], refundedAt=iso(at(990)), **PAID)
    assert drawn(found[4:]) == lines


@pytest.mark.parametrize("provider", [None, "simulator"])
def test_a_payment_elsewhere_is_none_of_toss_s(provider: str | None) -> None:
    """Its refunds neither."""
    found = told(
        paymentMethod="AUTO", **{**PAID, "provider": provider}, refunds=[REFUND]
    )
    assert found == []
