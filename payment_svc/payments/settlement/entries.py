"""Single entries in the books, as Toss's word makes them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from common import clock
from payment_svc.payments import refunds
from payment_svc.payments.books import Books
from payment_svc.payments.domain import (
    AMOUNT_MISMATCH,
    PAYMENT_EXPIRED,
    Happening,
)
from payment_svc.payments.gateway.remote import NotPayable, RemotePayment
from payment_svc.payments.looks import watch
from payment_svc.payments.models import Payment, Refund, RefundStatus
from payment_svc.payments.settlement.plan import Act

RECONCILIATION = "reconciliation"
ELSEWHERE = "toss"


def matches(payment: Payment, paid: RemotePayment) -> bool:
    """True where Toss took what was agreed, to the cent."""
    return paid.total == payment.amount and paid.currency == payment.currency


def charged(books: Books, payment: Payment, paid: RemotePayment) -> None:
    """The money is there."""
    books.happened(payment, Happening.CHARGED)
    note(payment, paid)
    payment.failure_code = payment.failure_reason = ""
    payment.processed_at = paid.approved_at or books.now
    at_rest(payment)


def note(payment: Payment, paid: RemotePayment) -> None:
    """Keep what Toss says of itself."""
    payment.toss_payment_key = paid.payment_key
    payment.transaction_id = (paid.transaction_id or paid.payment_key)[:120]
    payment.receipt_url = paid.receipt_url[:500]
    payment.toss_data = json.dumps(dict(paid.data), default=plain)


def declined(books: Books, payment: Payment, code: str, message: str) -> None:
    """There will be no money by this payment."""
    books.happened(payment, Happening.DECLINED)
    payment.failure_code, payment.failure_reason = code[:100], message[:2000]
    payment.looks = 0
    watch(payment, books.now)


def expired(books: Books, payment: Payment) -> None:
    """The customer did not pay in time."""
    declined(books, payment, PAYMENT_EXPIRED, "The customer did not pay in time.")


def not_payable(books: Books, payment: Payment, error: NotPayable) -> None:
    """The customer may try again, with another payment key, until the deadline."""
    books.happened(payment, Happening.NOT_PAYABLE)
    payment.failure_code = error.code[:100]
    payment.failure_reason = error.message[:2000]
    payment.toss_payment_key = ""
    payment.calls = payment.looks = 0
    payment.call_key += 1
    payment.next_look_at = payment.expires_at


def mismatch(books: Books, payment: Payment, paid: RemotePayment) -> None:
    """Toss took other money than was agreed: that is no payment of this order."""
    declined(
        books,
        payment,
        AMOUNT_MISMATCH,
        f"Toss charged {paid.total} {paid.currency} for {paid.order_id}, "
        f"not {payment.amount} {payment.currency}: it goes back.",
    )


def undone_at_toss(books: Books, payment: Payment, paid: RemotePayment) -> None:
    """Toss charged it, and somebody gave all of it back before we knew."""
    why = "It was given back at Toss before it was booked."
    declined(books, payment, paid.status, why)
    note(payment, paid)


def give_back_orphan(books: Books, payment: Payment, paid: RemotePayment) -> Act | None:
    """Money of a payment that had ended goes back to the customer."""
    note(payment, paid)
    refund = books.refund_of(payment)
    if refund is not None and refund.status == RefundStatus.PENDING:
        if paid.balance > 0:
            _at_most(books, refund, paid.balance)
            return Act.GIVE_BACK
        refund.amount = paid.total  # all of it is back, whoever gave which part
        given_back(books, payment, refund, paid)
        return None
    if paid.balance == 0:
        payment.next_look_at = None
        return None
    why = f"Toss charged it after it was {payment.status}"
    giving = refunds.Giving(payment, paid.balance, why, RECONCILIATION)
    refunds.intend(books, giving)
    return None


def _at_most(books: Books, refund: Refund, balance: Decimal) -> None:
    """Somebody gave a part back at Toss: what was asked before can never be done."""
    if refund.amount > balance:
        refund.amount = balance
        refund.call_key += 1
        books.put_refund(refund)


def given_back(
    books: Books, payment: Payment, refund: Refund, paid: RemotePayment
) -> None:
    """The refund that was under way is made."""
    refunds.book(books, payment, refund, paid.transaction_id[:120])
    refund.failure = ""
    note(payment, paid)
    at_rest(payment)


def given_back_elsewhere(
    books: Books, payment: Payment, amount: Decimal, paid: RemotePayment
) -> None:
    """Somebody gave money back at Toss itself: our books follow, and a person looks."""
    giving = refunds.Giving(payment, amount, "given back at Toss", ELSEWHERE)
    given_back(books, payment, refunds.opened(books, giving), paid)
    flag(books, payment, f"{amount} was given back at Toss, not by us")


def at_rest(payment: Payment) -> None:
    """There is nothing to do about the payment."""
    payment.next_look_at = None
    payment.looks = 0
    payment.attention, payment.attention_since = "", None


def flag(books: Books, payment: Payment, why: str) -> None:
    """A person should look at this."""
    payment.attention = why[:500]
    payment.attention_since = payment.attention_since or clock.now()
    books.touch(payment)


def plain(value: Any) -> Any:
    """A number of Toss's as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
