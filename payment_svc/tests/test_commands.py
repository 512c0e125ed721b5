"""The management commands of the payment service."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from common.web.models import AuditEntry
from payment_svc.tests.acts import offer, pay
from payment_svc.tests.factories import ORDER, PaymentFactory, payment
from payment_svc.tests.toss import LOST, REFUSED, ScriptedToss

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """What refund_payment prints."""
    out = StringIO()
    call_command("refund_payment", *arguments, stdout=out)
    return out.getvalue()


def test_all_is_given_back() -> None:
    """One line says how much; the audit trail names the user of the machine."""
    PaymentFactory(order_id=ORDER)
    assert run(ORDER, "--reason", "damaged") == "ORD-1: 1999.98 given back\n"
    assert payment().status == "REFUNDED"
    entry = AuditEntry.objects.get()
    assert entry.actor.startswith("command:")
    assert entry.reason == "damaged"


def test_a_part_as_json() -> None:
    """JSON for other programs; money as text."""
    PaymentFactory(order_id=ORDER)
    assert json.loads(run(ORDER, "--amount", "10.5", "--json")) == {
        "orderId": ORDER,
        "amount": "10.50",
        "refunded": True,
        "paymentId": "PAY-ORD-1-1",
        "status": "SUCCESS",
        "refundedAmount": "10.50",
    }


def test_a_dry_run_changes_nothing() -> None:
    """It says what would be given back."""
    PaymentFactory(order_id=ORDER)
    assert run(ORDER, "--dry-run") == "ORD-1: 1999.98 would be given back\n"
    assert payment().refunded_amount == Decimal(0)


@pytest.mark.parametrize(
    ("answers", "done", "refunded"),
    [([], "given back", True), ([LOST], "to be given back once Toss answers", False)],
)
def test_at_toss_it_says_whether_it_is_done(
    toss: ScriptedToss, answers: list[Any], done: str, refunded: bool
) -> None:
    """In doubt the refund is noted, and made by the worker."""
    for order_id in (ORDER, "ORD-2"):
        offer(order_id)
        pay(toss, order_id)
    toss.will("give_back", *answers)
    assert run(ORDER) == f"ORD-1: 1999.98 {done}\n"
    toss.will("give_back", *answers)
    assert json.loads(run("ORD-2", "--json"))["refunded"] is refunded


def test_what_toss_refuses_is_an_error(toss: ScriptedToss) -> None:
    """With Toss's reason, and exit code 1."""
    offer()
    pay(toss)
    toss.will("give_back", REFUSED)
    with pytest.raises(CommandError, match="It cannot be given back") as raised:
        run(ORDER)
    assert raised.value.returncode == 1


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_what_cannot_be_refunded_is_an_error(more: list[str]) -> None:
    """A sentence and exit code 1."""
    PaymentFactory(order_id=ORDER, status="FAILED")
    with pytest.raises(CommandError, match="PAY-ORD-1-1 is FAILED") as raised:
        run(ORDER, *more)
    assert raised.value.returncode == 1


@pytest.mark.parametrize("amount", ["0", "-1", "1.001", "NaN", "much"])
def test_a_wrong_amount_is_refused(amount: str) -> None:
    """Before anything is looked up."""
    with pytest.raises(CommandError, match="--amount"):
        run(ORDER, f"--amount={amount}")
