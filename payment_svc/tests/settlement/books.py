"""A payment, its refund and Toss's record of it, without a database."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from payment_svc.payments.books import Books
from payment_svc.payments.gateway.remote import RemotePayment, RemoteStatus
from payment_svc.payments.models import Payment, Refund
from payment_svc.tests.conftest import NOW
from payment_svc.tests.factories import ORDER, SAGA, TOTAL

LEASE = NOW + timedelta(seconds=15)
DEADLINE = NOW + timedelta(minutes=10)
SERVICE, PERSON = "payment", "operator"
NONE_LEFT = {RemoteStatus.CANCELED: Decimal(0)}


def standing(status: str, **more: Any) -> Payment:
    """A customer's payment of that status which is in hand."""
    fields: dict[str, Any] = {
        "payment_id": f"PAY-{ORDER}-1",
        "order_id": ORDER,
        "saga_id": SAGA,
        "customer_id": "CUST001",
        "attempt": 1,
        "amount": TOTAL,
        "refunded_amount": TOTAL if status == "REFUNDED" else Decimal(0),
        "currency": "USD",
        "status": status,
        "payment_method": "TOSS",
        "provider": "toss",
        "toss_order_id": ORDER,
        "toss_payment_key": "" if status == "PENDING" else "key",
        "calls": 0 if status == "PENDING" else 1,
        "expires_at": DEADLINE,
        "next_look_at": LEASE,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Payment(**{**fields, **more})


def billed(status: str, **more: Any) -> Payment:
    """One that Toss charges without the customer."""
    return standing(status, payment_method="AUTO", expires_at=None, **more)


def refund_of(payment: Payment, amount: Any = TOTAL, **more: Any) -> Refund:
    """A refund that Toss was asked for once."""
    fields: dict[str, Any] = {
        "refund_id": f"{payment.payment_id}/after-{payment.refunded_amount:.2f}",
        "payment_id": payment.payment_id,
        "order_id": payment.order_id,
        "amount": Decimal(amount),
        "requested_by": SERVICE,
        "status": "PENDING",
        "calls": 1,
        "created_at": NOW,
    }
    return Refund(**{**fields, **more})


def books_of(payment: Payment, *refunds: Refund) -> Books:
    """Books in which these stand."""
    return Books([payment], NOW, refunds)


def at_toss(status: str, **more: Any) -> RemotePayment:
    """Toss's record of the payment."""
    stands = RemoteStatus(status)
    fields: dict[str, Any] = {
        "payment_key": "key",
        "order_id": ORDER,
        "status": stands,
        "total": TOTAL,
        "balance": NONE_LEFT.get(stands, TOTAL),
        "currency": "USD",
        "transaction_id": "TX-9",
    }
    return RemotePayment(**{**fields, **more})
