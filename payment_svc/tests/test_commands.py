"""The management commands of the payment service."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from common.web.models import AuditEntry
from payment_svc.tests.factories import ORDER, PaymentFactory, payment

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
