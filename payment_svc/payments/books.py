"""The working copy of the payments that one unit of work touches.

Rows are loaded in one query, changed in memory by the rules, and written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from common.storage.bulk import insert_rows, update_rows
from payment_svc.payments.domain import (
    METHOD_UNAVAILABLE,
    PAYMENT_DECLINED,
    Happening,
    after,
    method_refusal,
    refund_happening,
)
from payment_svc.payments.gateway.port import (
    Charged,
    ChargeOutcome,
    ChargeRequest,
    PaymentProvider,
    RefundRequest,
)
from payment_svc.payments.models import Payment, Refund

WRITTEN = ("status", "refunded_amount", "failure_reason", "refunded_at", "updated_at")


@dataclass(frozen=True, slots=True)
class Giving:
    """An amount of a payment to be given back, why, and on whose word."""

    payment: Payment
    amount: Decimal
    reason: str
    by: str


class Books:
    """Payments by id, and what was booked on them since they were read."""

    def __init__(
        self, payments: Iterable[Payment], provider: PaymentProvider, now: datetime
    ) -> None:
        self._payments = {payment.payment_id: payment for payment in payments}
        self._provider = provider
        self._now = now
        self._opened: list[Payment] = []
        self._changed: dict[str, Payment] = {}
        self._refunds: list[Refund] = []

    def find(self, payment_id: str) -> Payment | None:
        """The payment of this id, if there is one."""
        return self._payments.get(payment_id)

    def charge(self, payments: Sequence[Payment]) -> None:
        """Open the payments and have the provider charge them."""
        for payment in payments:
            self._open(payment, Happening.CHARGE_ASKED)
        outcomes = self._provider.charge_many([_charge(each) for each in payments])
        for payment, outcome in zip(payments, outcomes, strict=True):
            self._settle(payment, outcome)

    def decline(self, payment: Payment) -> None:
        """Open a payment that cannot be charged by its method, as FAILED."""
        self._open(payment, Happening.DECLINED)
        payment.failure_code = METHOD_UNAVAILABLE
        payment.failure_reason = method_refusal(payment.payment_method)

    def abandon(self, payment: Payment, reason: str) -> None:
        """See to it that the payment is never charged; a new one is a tombstone."""
        if payment.payment_id in self._payments:
            self._change(payment, Happening.ABANDONED)
        else:
            self._open(payment, Happening.ABANDONED)
        payment.failure_reason = reason

    def give_back(self, wanted: Sequence[Giving]) -> None:
        """Have the provider refund the amounts, and book it."""
        requests = [_refund(giving) for giving in wanted]
        outcomes = self._provider.refund_many(requests)
        for giving, request, outcome in zip(wanted, requests, outcomes, strict=True):
            self._book(giving, request.key, outcome.transaction_id)

    def save(self) -> None:
        """Write everything booked, each row once. Raises Conflict, IntegrityError."""
        insert_rows(Payment, self._opened)
        update_rows(Payment, list(self._changed.values()), WRITTEN)
        insert_rows(Refund, self._refunds)

    def _open(self, payment: Payment, happening: Happening) -> None:
        payment.status = after(None, happening)
        payment.created_at = payment.updated_at = self._now
        self._payments[payment.payment_id] = payment
        self._opened.append(payment)

    def _change(self, payment: Payment, happening: Happening) -> None:
        payment.status = after(payment.status, happening)
        payment.updated_at = self._now
        if not payment._state.adding:
            self._changed[payment.payment_id] = payment

    def _settle(self, payment: Payment, outcome: ChargeOutcome) -> None:
        if isinstance(outcome, Charged):
            self._change(payment, Happening.CHARGED)
            payment.transaction_id = outcome.transaction_id
            payment.processed_at = self._now
        else:
            self._change(payment, Happening.DECLINED)
            payment.failure_code = PAYMENT_DECLINED
            payment.failure_reason = outcome.message

    def _book(self, giving: Giving, key: str, transaction_id: str) -> None:
        payment = giving.payment
        self._change(payment, refund_happening(payment, giving.amount))
        payment.refunded_amount += giving.amount
        payment.refunded_at = self._now
        self._refunds.append(
            Refund(
                refund_id=key,
                payment_id=payment.payment_id,
                order_id=payment.order_id,
                amount=giving.amount,
                reason=giving.reason,
                requested_by=giving.by,
                transaction_id=transaction_id,
                created_at=self._now,
            )
        )


def _charge(payment: Payment) -> ChargeRequest:
    return ChargeRequest(
        key=payment.payment_id,
        order_id=payment.order_id,
        customer_id=payment.customer_id,
        amount=payment.amount,
        currency=payment.currency,
    )


def _refund(giving: Giving) -> RefundRequest:
    payment = giving.payment
    return RefundRequest(
        # What was given back before makes the key: a repeat of this refund has the
        # same one, the next refund another.
        key=f"{payment.payment_id}/after-{payment.refunded_amount:.2f}",
        charge_key=payment.payment_id,
        amount=giving.amount,
        reason=giving.reason,
    )
