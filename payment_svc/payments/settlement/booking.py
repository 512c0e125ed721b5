"""Booking what Toss said, in one transaction with the messages that tell of it."""

from __future__ import annotations

from django.db import OperationalError

from common import clock, faults
from common.messaging import outbox
from common.storage.transactions import run_atomically
from payment_svc.payments import questions
from payment_svc.payments.answering import SERVICE, Answering
from payment_svc.payments.books import Books
from payment_svc.payments.cases import case_of
from payment_svc.payments.deeds import wants_undoing
from payment_svc.payments.domain import (
    UNDER_WAY,
    UNPAID,
    PaymentStatus,
)
from payment_svc.payments.gateway.remote import (
    CHARGED,
    OVER,
    AlreadyDone,
    InDoubt,
    NotPayable,
    RemoteDeclined,
    RemoteError,
    RemotePayment,
    RemoteStatus,
)
from payment_svc.payments.handlers import load
from payment_svc.payments.looks import REFUSED_WAIT, later, put_off, watch
from payment_svc.payments.models import Payment, Refund, RefundStatus
from payment_svc.payments.settlement import entries
from payment_svc.payments.settlement.calls import Outcome
from payment_svc.payments.settlement.claim import Claim
from payment_svc.payments.settlement.plan import Act, is_by_customer

LOOKS = frozenset({Act.FIND, Act.FIND_BY_ORDER})


def book(claim: Claim, outcome: Outcome) -> Act | None:
    """Book the outcome and answer what it answers; what to ask at once, if anything."""

    def unit() -> Act | None:
        books = load({claim.payment.payment_id}, clock.now())
        payment = books.find(claim.payment.payment_id)
        if payment is None:
            return None
        follows = apply(books, payment, claim.act, outcome)
        finish(books)
        return follows

    return run_atomically(unit)


def finish(books: Books) -> None:
    """Answer what waits for payments that moved, and write everything."""
    answering = Answering(books)
    answering.ask_again()
    answering.finish()
    books.save()
    faults.reach("payment.save", fail=away)
    outbox.append(list(answering.sent.values()))


def apply(books: Books, payment: Payment, act: Act, outcome: Outcome) -> Act | None:
    """Move the payment by what Toss said; what to ask at once, if anything."""
    books.touch(payment)
    if isinstance(outcome, AlreadyDone):
        return Act.FIND_BY_ORDER if act is Act.CHARGE else Act.FIND
    if act in LOOKS and isinstance(outcome, RemoteError):
        _unheard(books, payment)
        return None
    if act is Act.FIND_BY_ORDER and not _is_charged(outcome):
        return Act.FIND  # not the order was charged, but its key: for another order?
    if isinstance(outcome, RemoteError):
        if act is Act.GIVE_BACK:
            return _not_given_back(books, payment, outcome)
        return _not_charged(books, payment, outcome)
    return found(books, payment, outcome)


def found(books: Books, payment: Payment, outcome: RemotePayment | None) -> Act | None:
    """Move the payment by what stands in Toss's books; None: nothing does."""
    if outcome is not None and outcome.order_id != payment.toss_order_id:
        # The payment key of another order: that money is not ours to move.
        outcome = None
    if outcome is not None and _is_charged(outcome):
        return _charged(books, payment, outcome)
    if payment.status == PaymentStatus.PENDING:
        _unpaid_yet(books, payment)
        return None
    if payment.status == PaymentStatus.PROCESSING:
        return _not_charged_yet(books, payment, outcome)
    if payment.status in UNPAID:
        is_settled = outcome is None or outcome.status in OVER
        if is_settled and payment.calls == 0:
            payment.next_look_at = None
        else:
            watch(payment, books.now)
        return None
    if payment.status == PaymentStatus.REFUNDED:
        payment.next_look_at = None
        return None
    said = outcome.status if outcome else "unknown"
    entries.flag(books, payment, f"Toss has it as {said}, we as {payment.status}")
    later(payment, books.now)
    return None


def _is_charged(outcome: Outcome) -> bool:
    return isinstance(outcome, RemotePayment) and outcome.status in CHARGED


def _charged(books: Books, payment: Payment, paid: RemotePayment) -> Act | None:
    if payment.status in UNDER_WAY:
        if not entries.matches(payment, paid):
            entries.mismatch(books, payment, paid)
            return entries.give_back_orphan(books, payment, paid)
        if paid.balance == 0:
            # Booked as charged, its order would go on without the money.
            entries.undone_at_toss(books, payment, paid)
            return None
        entries.charged(books, payment, paid)
    if payment.status in UNPAID:
        return entries.give_back_orphan(books, payment, paid)
    return _balanced(books, payment, paid)


def _balanced(books: Books, payment: Payment, paid: RemotePayment) -> Act | None:
    """Bring our refunds to what Toss has given back."""
    refund = books.refund_of(payment)
    given = paid.total - payment.refunded_amount - paid.balance
    if refund is not None and refund.status == RefundStatus.PENDING:
        if given >= refund.amount:
            entries.given_back(books, payment, refund, paid)
            given -= refund.amount
        elif refund.amount <= paid.balance:
            return Act.GIVE_BACK
        # Else somebody gave so much back that this one can never be made.
    entries.at_rest(payment)
    if given > 0 and payment.status == PaymentStatus.SUCCESS:
        entries.given_back_elsewhere(books, payment, given, paid)
    return None


def _unpaid_yet(books: Books, payment: Payment) -> None:
    """The customer's deadline has passed, or somebody hinted in vain."""
    if payment.expires_at is not None and payment.expires_at <= books.now:
        entries.expired(books, payment)
    else:
        payment.next_look_at = payment.expires_at


def _not_charged_yet(
    books: Books, payment: Payment, outcome: RemotePayment | None
) -> Act | None:
    if is_given_up(payment):
        books.abandon(payment, "given up before Toss had charged")
        return None
    if outcome is not None and outcome.status in OVER:
        code, why = outcome.failure_code, outcome.failure_message
        entries.declined(books, payment, code or outcome.status, why)
        return None
    if outcome is None and is_by_customer(payment):
        unknown = NotPayable("NOT_FOUND_PAYMENT", "Toss knows no such payment.")
        entries.not_payable(books, payment, unknown)
        return None
    if outcome is not None and outcome.status is RemoteStatus.WAITING_FOR_DEPOSIT:
        later(payment, books.now)  # asking again does not bring the transfer
        return None
    return Act.CHARGE


def _not_charged(books: Books, payment: Payment, error: RemoteError) -> Act | None:
    if payment.status != PaymentStatus.PROCESSING:
        return None  # somebody who read it back was faster
    if isinstance(error, RemoteDeclined):
        entries.declined(books, payment, error.code, error.message)
        return None
    if isinstance(error, NotPayable):
        if is_by_customer(payment):
            entries.not_payable(books, payment, error)
        else:
            entries.declined(books, payment, error.code, error.message)
        return None
    if isinstance(error, InDoubt) and error.answered:
        payment.call_key += 1
    later(payment, books.now)
    return None


def _not_given_back(books: Books, payment: Payment, error: RemoteError) -> Act | None:
    refund = books.refund_of(payment)
    if refund is None or refund.status != RefundStatus.PENDING:
        return None
    if isinstance(error, RemoteDeclined | NotPayable):
        _refused(books, payment, refund, error)
    else:
        if isinstance(error, InDoubt) and error.answered:
            refund.call_key += 1
        later(payment, books.now)
    books.put_refund(refund)
    return None


def _refused(
    books: Books, payment: Payment, refund: Refund, error: RemoteError
) -> None:
    """What a person asked ends there; what a saga needs is tried until it is done."""
    refund.failure = str(error)[:500]
    if refund.requested_by not in (SERVICE, entries.RECONCILIATION):
        refund.status = RefundStatus.REFUSED
        entries.at_rest(payment)
        # Why it was refused may stand in Toss's books.
        payment.next_look_at = books.now + REFUSED_WAIT
        books.free(payment)
        return
    refund.call_key += 1
    entries.flag(books, payment, f"Toss does not give it back: {error}")
    payment.looks += 1
    payment.next_look_at = books.now + REFUSED_WAIT


def _unheard(books: Books, payment: Payment) -> None:
    expired = payment.expires_at is not None and payment.expires_at <= books.now
    if payment.status == PaymentStatus.PENDING and expired:
        # No charge was ever asked for, so nothing needs to be known to let it lapse.
        entries.expired(books, payment)
    elif payment.status in UNPAID and books.refund_of(payment) is None:
        put_off(payment, books.now)
    else:
        later(payment, books.now)


def away() -> OperationalError:
    """What the fault «nothing can be saved» raises."""
    return OperationalError("a fault that somebody turned on: nothing can be saved")


def is_given_up(payment: Payment) -> bool:
    """True where somebody waits to have the payment undone."""
    waiting = questions.waiting_for([payment.payment_id])
    return any(wants_undoing(case_of(one).request) for _, one in waiting)
