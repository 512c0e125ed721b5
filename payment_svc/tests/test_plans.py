"""However many payments there are, no hot query looks at all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from common.storage.bulk import insert_rows
from common.storage.reads import read_rows
from payment_svc.payments import questions, selectors
from payment_svc.payments.models import (
    Payment,
    Question,
    Refund,
    SimulatedCharge,
    SimulatedRefund,
)
from payment_svc.payments.settlement.claim import due
from tests.common.storage.plans import know_the_rows, unindexed

pytestmark = pytest.mark.django_db

ROWS = 4000
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def many_payments() -> None:
    """Thousands of payments, with what the simulated provider has of them."""
    insert_rows(Payment, [payment(number) for number in range(ROWS)])
    insert_rows(SimulatedCharge, [charge(number) for number in range(ROWS)])
    insert_rows(SimulatedRefund, [refund(number) for number in range(ROWS)])
    insert_rows(Refund, [unmade(number) for number in range(ROWS)])
    insert_rows(Question, [question(number) for number in range(ROWS)])
    know_the_rows()


def payment(number: int) -> Payment:
    """All but every hundredth were charged."""
    return Payment(
        payment_id=f"PAY-{number}",
        order_id=f"ORD-{number}",
        customer_id=f"CUST{number % 500}",
        amount=Decimal(1),
        status="SUCCESS" if number % 100 else "FAILED",
        payment_method="AUTO",
        next_look_at=NOW if number % 200 == 0 else None,
        created_at=NOW + timedelta(minutes=number),
        updated_at=NOW + timedelta(minutes=number),
    )


def unmade(number: int) -> Refund:
    """A refund that Toss is still to make."""
    return Refund(
        refund_id=f"PAY-{number}/after-0.00",
        payment_id=f"PAY-{number}",
        order_id=f"ORD-{number}",
        amount=Decimal(1),
        status="DONE" if number % 100 else "PENDING",
        created_at=NOW,
    )


def question(number: int) -> Question:
    """A message that waits for its payment."""
    return Question(
        message_id=f"SAGA-{number}/1",
        payment_id=f"PAY-{number}",
        order_id=f"ORD-{number}",
        topic="orchestrator.saga",
        headers="{}",
        value=b"{}",
        asked_at=NOW,
    )


def charge(number: int) -> SimulatedCharge:
    """What the provider charged."""
    return SimulatedCharge(
        charge_key=f"PAY-{number}",
        amount=Decimal(1),
        accepted=True,
        transaction_id=f"SIM-{number}",
        created_at=NOW,
    )


def refund(number: int) -> SimulatedRefund:
    """What the provider gave back."""
    return SimulatedRefund(
        refund_key=f"PAY-{number}/after-0.00",
        charge_key=f"PAY-{number}",
        amount=Decimal(1),
        transaction_id=f"SIM-{number}",
        created_at=NOW,
    )


SOME = [f"PAY-{number}" for number in range(50)]
QUESTIONS: dict[str, Callable[[], object]] = {
    "payments by id": lambda: read_rows(Payment, payment_id=SOME),
    "one payment": lambda: selectors.payment(payment_id="PAY-7"),
    "an order's newest": lambda: selectors.newest_of_order(order_id="ORD-7"),
    "the newest": lambda: list(selectors.payments()[:10]),
    "of a customer": lambda: list(
        selectors.payments().filter(customer_id="CUST7")[:10]
    ),
    "of a status": lambda: list(selectors.payments().filter(status="FAILED")[:10]),
    "payments that are due": lambda: due(NOW, 50),
    "refunds under way": lambda: read_rows(
        Refund, payment_id=SOME, status=("PENDING", "REFUSED")
    ),
    "what waits": lambda: questions.waiting_for(["PAY-NONE", "PAY-7000"]),
    "charges by key": lambda: read_rows(SimulatedCharge, charge_key=SOME),
    "refunds of charges": lambda: list(
        SimulatedRefund.objects.filter(charge_key__in=SOME[:20])
    ),
}


def test_hot_questions_are_answered_by_an_index() -> None:
    """On every backend."""
    assert unindexed(QUESTIONS, ROWS) == {}


def test_the_sweep_reads_its_own_index() -> None:
    """It comes every two seconds, and nearly always finds nothing."""
    if connection.vendor == "mongodb":
        pytest.skip("its plan is looked at above")
    wanted = Payment.objects.filter(next_look_at__lte=NOW).order_by("next_look_at")
    assert "payment_due" in wanted[:50].explain()
    assert len(due(NOW, ROWS)) == ROWS // 200
