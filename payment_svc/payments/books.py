"""The working copy of the payments that one unit of work touches.

Rows are loaded in one query, changed in memory by the rules, and written once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from common.storage.bulk import insert_rows, update_rows
from payment_svc.payments.domain import Happening, Provider, after
from payment_svc.payments.looks import watch
from payment_svc.payments.models import Payment, Refund

# What a refund by the simulator changes; settlement with Toss writes more.
WRITTEN = ("status", "refunded_amount", "failure_reason", "refunded_at", "updated_at")
WRITTEN_OF_TOSS = (
    *WRITTEN,
    "provider",
    "toss_order_id",
    "transaction_id",
    "toss_payment_key",
    "toss_data",
    "receipt_url",
    "failure_code",
    "next_look_at",
    "calls",
    "looks",
    "call_key",
    "attention",
    "attention_since",
    "processed_at",
)
WRITTEN_OF_REFUND = (
    "amount",
    "reason",
    "requested_by",
    "status",
    "transaction_id",
    "calls",
    "call_key",
    "failure",
)


class Books:
    """Payments by id, the refunds under way, and what was booked since they were read.

    `moved` are the payments for which what waits is asked again: their state changed.
    """

    def __init__(
        self, payments: Iterable[Payment], now: datetime, refunds: Iterable[Refund] = ()
    ) -> None:
        self.now = now
        self.moved: dict[str, Payment] = {}
        self._payments = {payment.payment_id: payment for payment in payments}
        self._refunds_of = {refund.payment_id: refund for refund in refunds}
        self._opened: list[Payment] = []
        self._changed: dict[str, Payment] = {}
        self._new_refunds: dict[str, Refund] = {}
        self._changed_refunds: dict[str, Refund] = {}

    def find(self, payment_id: str) -> Payment | None:
        """The payment of this id, if there is one."""
        return self._payments.get(payment_id)

    def refund_of(self, payment: Payment) -> Refund | None:
        """The newest refund that was not made yet, where one was loaded or opened."""
        return self._refunds_of.get(payment.payment_id)

    def happened(self, payment: Payment, happening: Happening) -> None:
        """Move the payment on; one that is not in the books is opened by it."""
        is_new = payment.payment_id not in self._payments
        payment.status = after(None if is_new else payment.status, happening)
        self.moved[payment.payment_id] = payment
        if is_new:
            payment.created_at = payment.updated_at = self.now
            self._payments[payment.payment_id] = payment
            self._opened.append(payment)
        else:
            self.touch(payment)

    def free(self, payment: Payment) -> None:
        """What waits for the payment is asked again, though its state is the same."""
        self.moved[payment.payment_id] = payment

    def touch(self, payment: Payment) -> None:
        """See to it that the payment's row is written."""
        payment.updated_at = self.now
        if not payment._state.adding:
            self._changed[payment.payment_id] = payment

    def put_refund(self, refund: Refund) -> None:
        """See to it that the refund's row is written."""
        self._refunds_of[refund.payment_id] = refund
        rows = self._new_refunds if refund._state.adding else self._changed_refunds
        rows[refund.refund_id] = refund

    def abandon(self, payment: Payment, reason: str) -> None:
        """See to it that the payment is never charged; a new one is a tombstone."""
        self.happened(payment, Happening.ABANDONED)
        payment.failure_reason = reason
        if payment.provider == Provider.TOSS:
            payment.looks = 0
            watch(payment, self.now)

    @property
    def has_due(self) -> bool:
        """True when settlement has something to do at once."""
        touched = (*self._opened, *self._changed.values())
        return any(one.next_look_at and one.next_look_at <= self.now for one in touched)

    def save(self) -> None:
        """Write everything booked, each row once. Raises Conflict, IntegrityError."""
        insert_rows(Payment, self._opened)
        changed = list(self._changed.values())
        at_toss = [each for each in changed if each.provider == Provider.TOSS]
        here = [each for each in changed if each.provider != Provider.TOSS]
        update_rows(Payment, here, WRITTEN)
        update_rows(Payment, at_toss, WRITTEN_OF_TOSS)
        insert_rows(Refund, list(self._new_refunds.values()))
        refunds = list(self._changed_refunds.values())
        update_rows(Refund, refunds, WRITTEN_OF_REFUND)
