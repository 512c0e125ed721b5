"""Refunds on a person's word."""

from __future__ import annotations

from decimal import Decimal

import pytest

from common.web.errors import BadRequest, NotFound, StateConflict
from common.web.models import AuditEntry
from payment_svc.payments import services
from payment_svc.payments.models import Refund
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import (
    ORDER,
    TOTAL,
    PaymentFactory,
    handle,
    payment,
    refund,
)

pytestmark = pytest.mark.django_db


def give_back(amount: str | None = None, order_id: str = ORDER) -> services.Refunded:
    """A refund asked for by an operator."""
    return services.refund(
        order_id=order_id,
        amount=None if amount is None else Decimal(amount),
        reason="damaged",
        by="operator",
    )


def said(refunded: services.Refunded) -> str:
    """What the operator is told."""
    return services.message_of(refunded.payment)


def test_all_is_given_back() -> None:
    """Payment, refund and audit entry say the same."""
    PaymentFactory(order_id=ORDER)
    refunded = give_back()
    assert (said(refunded), refunded.amount) == (services.REFUNDED, TOTAL)
    row = payment()
    assert (row.status, row.refunded_amount, row.refunded_at) == (
        "REFUNDED",
        TOTAL,
        NOW,
    )
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.target, entry.reason) == (
        "operator",
        "payment.refund",
        "PAY-ORD-1-1",
        "damaged",
    )
    assert entry.detail == {
        "orderId": ORDER,
        "amount": "1999.98",
        "refundedAmount": "1999.98",
    }
    assert Refund.objects.get().requested_by == "operator"


def test_all_given_back_twice_is_the_same_answer() -> None:
    """The repeat gives nothing and leaves no second trace."""
    PaymentFactory(order_id=ORDER)
    first, again = give_back(), give_back()
    assert said(again) == said(first) == services.REFUNDED
    assert again.amount == 0
    assert again.payment.refunded_amount == TOTAL
    assert Refund.objects.count() == AuditEntry.objects.count() == 1


def test_parts_add_up() -> None:
    """The payment stays SUCCESS until the last part is given back."""
    PaymentFactory(order_id=ORDER)
    part = give_back("999.98")
    assert said(part) == services.REFUNDED_IN_PART
    assert (payment().status, payment().refunded_amount) == (
        "SUCCESS",
        Decimal("999.98"),
    )
    rest = give_back("1000.00")
    assert said(rest) == services.REFUNDED
    assert payment().status == "REFUNDED"
    assert sum(Refund.objects.values_list("amount", flat=True)) == TOTAL
    assert sorted(Refund.objects.values_list("pk", flat=True)) == [
        "PAY-ORD-1-1/after-0.00",
        "PAY-ORD-1-1/after-999.98",
    ]


def test_the_rest_follows_a_part() -> None:
    """Without an amount, what is left is given back; a saga's refund agrees."""
    PaymentFactory(order_id=ORDER)
    give_back("0.01")
    assert give_back().amount == Decimal("1999.97")
    handle(refund())
    assert payment().refunded_amount == TOTAL


def test_too_much_is_refused_and_names_the_field() -> None:
    """Nothing is written."""
    PaymentFactory(order_id=ORDER)
    with pytest.raises(BadRequest, match=r"1999\.98 is left") as raised:
        give_back("1999.99")
    assert [field for field, _ in raised.value.errors] == ["amount"]
    assert payment().refunded_amount == 0
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED", "PENDING", "PROCESSING"])
def test_what_was_not_paid_is_a_conflict(status: str) -> None:
    """The code says so."""
    PaymentFactory(order_id=ORDER, status=status)
    with pytest.raises(StateConflict, match=f"is {status}") as raised:
        give_back()
    assert raised.value.problem_code == "NOT_PAID"


def test_an_unknown_order_is_not_found() -> None:
    """The sentence names it."""
    with pytest.raises(NotFound, match="no payment for the order ORD-9"):
        give_back(order_id="ORD-9")
    with pytest.raises(NotFound, match="no payment PAY-9"):
        services.refund_payment(payment_id="PAY-9", reason="", by="operator")


def test_the_newest_attempt_is_refunded() -> None:
    """An order's earlier attempts are settled already."""
    PaymentFactory(order_id=ORDER, attempt=1, status="FAILED")
    PaymentFactory(order_id=ORDER, attempt=2)
    assert give_back().payment.payment_id == "PAY-ORD-1-2"


def test_refundable_only_looks() -> None:
    """A preview says the amount and writes nothing."""
    PaymentFactory(order_id=ORDER)
    assert services.refundable(order_id=ORDER, amount=None) == TOTAL
    assert payment().refunded_amount == 0
