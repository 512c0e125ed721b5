"""Giving money back: at once by the simulator, or by an intent that Toss is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from payment_svc.payments import gateway
from payment_svc.payments.books import Books
from payment_svc.payments.domain import Happening, Provider
from payment_svc.payments.gateway.port import RefundRequest
from payment_svc.payments.models import Payment, Refund, RefundStatus
from payment_svc.payments.refunding import refund_happening, refund_id_of


@dataclass(frozen=True, slots=True)
class Giving:
    """An amount of a payment to be given back, why, and on whose word."""

    payment: Payment
    amount: Decimal
    reason: str
    by: str


def give_back(books: Books, wanted: Sequence[Giving]) -> None:
    """Have the amounts given back, each by the provider that has the money."""
    at_toss = [each for each in wanted if each.payment.provider == Provider.TOSS]
    here = [each for each in wanted if each.payment.provider != Provider.TOSS]
    _give_back_here(books, here)
    for giving in at_toss:
        intend(books, giving)


def intend(books: Books, giving: Giving) -> None:
    """Settlement is to give this back; a refund that is under way goes first."""
    payment, under_way = giving.payment, books.refund_of(giving.payment)
    if under_way is None or under_way.status != RefundStatus.PENDING:
        refund = opened(books, giving)
        refund.status = RefundStatus.PENDING
        books.put_refund(refund)
        payment.looks = 0
    payment.next_look_at = books.now
    books.touch(payment)


def opened(books: Books, giving: Giving) -> Refund:
    """The refund to make; one that was not made from the same state becomes it."""
    refund_id, known = refund_id_of(giving.payment), books.refund_of(giving.payment)
    if known is None or known.refund_id != refund_id:
        known = Refund(refund_id=refund_id, created_at=books.now)
    else:
        known.call_key += 1
    known.payment_id = giving.payment.payment_id
    known.order_id = giving.payment.order_id
    known.amount = giving.amount
    known.reason = giving.reason
    known.requested_by = giving.by
    return known


def book(books: Books, payment: Payment, refund: Refund, transaction_id: str) -> None:
    """The customer has this money again."""
    happening = (
        refund_happening(payment, refund.amount)
        if payment.status == "SUCCESS"
        else Happening.ORPHAN_GIVEN_BACK
    )
    books.happened(payment, happening)
    payment.refunded_amount += refund.amount
    payment.refunded_at = books.now
    refund.status, refund.transaction_id = RefundStatus.DONE, transaction_id
    books.put_refund(refund)


def _give_back_here(books: Books, wanted: Sequence[Giving]) -> None:
    refunds = [opened(books, giving) for giving in wanted]
    requests = [
        RefundRequest(
            key=refund.refund_id,
            charge_key=refund.payment_id,
            amount=refund.amount,
            reason=refund.reason,
        )
        for refund in refunds
    ]
    outcomes = gateway.provider().refund_many(requests)
    for giving, refund, outcome in zip(wanted, refunds, outcomes, strict=True):
        book(books, giving.payment, refund, outcome.transaction_id)
