"""What Toss is asked, to the letter."""

from __future__ import annotations

from typing import Any

import pytest

from payment_svc.payments import gateway
from payment_svc.payments.gateway.remote import ChargeAgreed, Confirm, GiveBack, NotDone
from payment_svc.payments.models import Payment, Refund
from payment_svc.payments.settlement.calls import ask
from payment_svc.payments.settlement.claim import Claim
from payment_svc.payments.settlement.plan import Act
from payment_svc.tests.factories import ORDER, TOTAL
from payment_svc.tests.settlement.books import LEASE, billed, refund_of, standing
from payment_svc.tests.toss import NO_ANSWER, ScriptedToss


def asked(
    toss: ScriptedToss, act: Act, payment: Payment, refund: Refund | None = None
) -> Any:
    """The one call that Toss got."""
    ask(Claim(payment, refund, act, LEASE))
    (call,) = toss.calls
    return call.request


def test_a_confirm(toss: ScriptedToss) -> None:
    """The key of the customer's browser, our order id and our amount."""
    payment = standing("PROCESSING", call_key=3)
    assert asked(toss, Act.CHARGE, payment) == Confirm(
        idempotency_key="PAY-ORD-1-1/charge-3",
        payment_key="key",
        order_id=ORDER,
        amount=TOTAL,
    )


def test_a_charge_by_billing_key(toss: ScriptedToss) -> None:
    """The attempt's order id, and the order's as its name."""
    payment = billed("PROCESSING", toss_order_id="ORD-1_2")
    assert asked(toss, Act.CHARGE, payment) == ChargeAgreed(
        idempotency_key="PAY-ORD-1-1/charge-1",
        order_id="ORD-1_2",
        order_name=ORDER,
        amount=TOTAL,
    )


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("no stock", "no stock"),
        ("", "The order was not carried out."),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_refund(toss: ScriptedToss, reason: str, told: str) -> None:
    """With a reason that Toss takes: it must have one, of 200 characters at most."""
    payment = standing("SUCCESS")
    refund = refund_of(payment, "5.00", reason=reason, call_key=2)
    assert asked(toss, Act.GIVE_BACK, payment, refund) == GiveBack(
        idempotency_key="PAY-ORD-1-1/after-0.00/2",
        payment_key="key",
        amount=refund.amount,
        reason=told,
    )


@pytest.mark.parametrize("key", ["key", ""])
def test_a_look(toss: ScriptedToss, key: str) -> None:
    """By key, and by order where there is none yet."""
    payment = standing("PROCESSING", toss_payment_key=key)
    looked = {"payment_key": key, "order_id": ORDER}
    assert asked(toss, Act.FIND, payment) == looked


def test_an_error_is_an_outcome(toss: ScriptedToss) -> None:
    """It is booked like any other."""
    toss.will("find", NO_ANSWER)
    found = ask(Claim(standing("PROCESSING"), None, Act.FIND, LEASE))
    assert found is NO_ANSWER


def test_without_toss_surely_nothing_was_done() -> None:
    """The keys were taken away: it may be asked again later."""
    with gateway.remote_set_to(None):
        found = ask(Claim(standing("PROCESSING"), None, Act.CHARGE, LEASE))
    assert isinstance(found, NotDone)
    assert found.code == "TOSS_NOT_CONFIGURED"
