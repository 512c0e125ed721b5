"""The customer has agreed in Toss's window: charge, once, whoever asks how often."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from common import clock, faults
from common.storage.transactions import run_atomically
from common.web.errors import (
    ApplicationError,
    BadRequest,
    NotFound,
    StateConflict,
    Unavailable,
)
from payment_svc.payments import selectors
from payment_svc.payments.books import Books
from payment_svc.payments.domain import (
    PAYMENT_EXPIRED,
    UNDER_WAY,
    Happening,
    PaymentStatus,
    Provider,
    payment_id_of,
)
from payment_svc.payments.models import Payment
from payment_svc.payments.settlement import awaited
from payment_svc.payments.settlement.claim import Claim, take
from payment_svc.payments.settlement.plan import Act, is_by_customer
from payment_svc.payments.settlement.run import carry_on, settle

# An order is known here when its command or event has come, a moment after its 201.
ARRIVAL_S = 2.0
ARRIVALS_AT_ONCE = 4
# After a call without a clear answer it is read back once before the customer hears.
DOUBT_S = 1.2

AT_TOSS = UNDER_WAY - {PaymentStatus.PENDING}

_later_attempt = re.compile(r"(.+)_([1-9][0-9]*)").fullmatch
_arrivals = threading.BoundedSemaphore(ARRIVALS_AT_ONCE)


class CardDeclined(ApplicationError):
    """The customer's bank, or Toss, said no."""

    status_code = 402
    code = "PAYMENT_DECLINED"
    title = "Payment declined"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A charged payment; `cached` where it was charged by an earlier request."""

    payment: Payment
    cached: bool


def confirm(*, payment_key: str, order_id: str, amount: Decimal) -> Confirmed:
    """Charge what the customer agreed to, or say what became of it before.

    Raises NotFound, BadRequest (field amount or paymentKey), StateConflict,
    CardDeclined, and Unavailable while nobody knows yet.
    """
    payment = _arrived(order_id)
    _check(payment, amount)
    held = _intend(payment.payment_id, payment_key)
    if held is None:
        settled = _settled(payment.payment_id, _patience())
        return _answer(settled, payment_key, is_ours=False)
    faults.reach("payment.after-intent")
    carry_on(held)
    settled = _settled(payment.payment_id, DOUBT_S)
    if settled.status in AT_TOSS and settle(payment.payment_id):
        settled = selectors.sure_payment(payment_id=payment.payment_id)
    return _answer(settled, payment_key, is_ours=True)


def find(order_id: str) -> Payment | None:
    """The payment that Toss knows by this order id, else the order's newest."""
    if later := _later_attempt(order_id):
        key = payment_id_of(later[1], int(later[2]))
        found = selectors.payment(payment_id=key)
        if found is not None and found.toss_order_id == order_id:
            return found
    return selectors.newest_of_order(order_id=order_id)


def _arrived(order_id: str) -> Payment:
    """The payment, which may be a moment behind its order."""
    found = find(order_id)
    if found is None and _arrivals.acquire(blocking=False):
        try:
            awaited.wait_until(order_id, lambda: find(order_id) is not None, ARRIVAL_S)
        finally:
            _arrivals.release()
        found = find(order_id)
    if found is None:
        raise NotFound(f"There is no payment for the order {order_id}.")
    return found


def _check(payment: Payment, amount: Decimal) -> None:
    if not is_by_customer(payment) or payment.provider != Provider.TOSS:
        raise StateConflict(
            f"The order {payment.order_id} is not paid by its customer through Toss.",
            code="NOT_A_TOSS_PAYMENT",
        )
    if amount != payment.amount:
        raise BadRequest(
            f"the order costs {payment.amount} {payment.currency}, not {amount}",
            field="amount",
            code="AMOUNT_MISMATCH",
        )


def _intend(payment_id: str, payment_key: str) -> Claim | None:
    """Note that Toss will be asked; None where that is not ours to do."""

    def unit() -> Claim | None:
        now = clock.now()
        payment = selectors.sure_payment(payment_id=payment_id)
        if payment.status != PaymentStatus.PENDING or _is_late(payment):
            return None
        books = Books([payment], now)
        books.happened(payment, Happening.CHARGE_ASKED)
        payment.toss_payment_key = payment_key
        payment.failure_code = payment.failure_reason = ""
        payment.looks = 0
        return take(books, payment, Act.CHARGE)

    return run_atomically(unit)


def _is_late(payment: Payment) -> bool:
    return payment.expires_at is not None and payment.expires_at <= clock.now()


def _patience() -> float:
    """As long as another's call to Toss may take."""
    return float(settings.TOSS_TIMEOUT_S) + DOUBT_S


def _settled(payment_id: str, seconds: float) -> Payment:
    def is_settled() -> bool:
        found = selectors.sure_payment(payment_id=payment_id)
        return found.status not in AT_TOSS

    awaited.wait_until(payment_id, is_settled, seconds)
    return selectors.sure_payment(payment_id=payment_id)


def _answer(payment: Payment, payment_key: str, *, is_ours: bool) -> Confirmed:
    is_paid = payment.status == PaymentStatus.SUCCESS
    if is_paid and payment.toss_payment_key == payment_key:
        return Confirmed(payment, cached=not is_ours)
    raise _REFUSALS[PaymentStatus(payment.status)](payment)


def _already_paid(payment: Payment) -> ApplicationError:
    return StateConflict(
        f"The order {payment.order_id} is paid already, by another payment key; "
        "this one was not charged.",
        code="ALREADY_PAID",
    )


def _unpaid(payment: Payment) -> ApplicationError:
    if _is_late(payment):
        return _expired(payment)
    if payment.failure_code:
        return BadRequest(
            f"Toss cannot charge it: {payment.failure_reason}",
            field="paymentKey",
            code=payment.failure_code,
        )
    return _doubtful(payment)


def _failed(payment: Payment) -> ApplicationError:
    if payment.failure_code == PAYMENT_EXPIRED:
        return _expired(payment)
    return CardDeclined(payment.failure_reason, code=payment.failure_code)


def _expired(payment: Payment) -> ApplicationError:
    return StateConflict(
        f"The time to pay for the order {payment.order_id} is over; "
        "nothing was charged. Please order again.",
        code=PAYMENT_EXPIRED,
    )


def _cancelled(payment: Payment) -> ApplicationError:
    return StateConflict(
        f"The order {payment.order_id} was cancelled; nothing is charged.",
        code="PAYMENT_CANCELLED",
    )


def _refunded(payment: Payment) -> ApplicationError:
    return StateConflict(
        f"The payment for the order {payment.order_id} was given back.",
        code="PAYMENT_REFUNDED",
    )


def _doubtful(payment: Payment) -> ApplicationError:
    return Unavailable(
        "Toss has not answered clearly yet. What became of the payment is being looked "
        "up; ask again, you will not be charged twice.",
        code="PAYMENT_IN_DOUBT",
    )


_REFUSALS: dict[PaymentStatus, Callable[[Payment], ApplicationError]] = {
    PaymentStatus.PENDING: _unpaid,
    PaymentStatus.PROCESSING: _doubtful,
    PaymentStatus.TOSS_SUCCESS_DB_FAILED: _doubtful,
    PaymentStatus.SUCCESS: _already_paid,
    PaymentStatus.FAILED: _failed,
    PaymentStatus.CANCELLED: _cancelled,
    PaymentStatus.REFUNDED: _refunded,
}
