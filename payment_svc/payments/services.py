"""Writing payments on a person's word."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from common import clock
from common.storage.transactions import run_atomically
from common.web import audit
from common.web.errors import BadRequest, NotFound, StateConflict
from payment_svc.payments import domain, gateway, selectors
from payment_svc.payments.books import Books, Giving
from payment_svc.payments.models import Payment

REFUNDED = "Payment refunded successfully"
REFUNDED_IN_PART = "Payment refunded in part"
AUDITED_AS = "payment.refund"


@dataclass(frozen=True, slots=True)
class Refunded:
    """A payment after its refund; `amount` is 0 where a repeat changed nothing."""

    message: str
    payment: Payment
    amount: Decimal


def refund(
    *, order_id: str, amount: Decimal | None, reason: str, by: audit.Actor
) -> Refunded:
    """Give back `amount`, or all that is left, of the order's newest payment.

    A second refund of all gives nothing and answers the same. Raises NotFound,
    BadRequest (field amount) and StateConflict (NOT_PAID).
    """
    return run_atomically(lambda: _refund(_newest(order_id), amount, reason, by))


def refund_payment(*, payment_id: str, reason: str, by: audit.Actor) -> Refunded:
    """Give back all that is left of one payment; raises as `refund`."""

    def unit() -> Refunded:
        payment = selectors.payment(payment_id=payment_id)
        if payment is None:
            raise NotFound(f"There is no payment {payment_id}.")
        return _refund(payment, None, reason, by)

    return run_atomically(unit)


def refundable(*, order_id: str, amount: Decimal | None) -> Decimal:
    """What `refund` would give back now; it raises what `refund` would."""
    return _allowed(_newest(order_id), amount)


def _newest(order_id: str) -> Payment:
    payment = selectors.newest_of_order(order_id=order_id)
    if payment is None:
        raise NotFound(f"There is no payment for the order {order_id}.")
    return payment


def _refund(
    payment: Payment, amount: Decimal | None, reason: str, by: audit.Actor
) -> Refunded:
    given = _allowed(payment, amount)
    if payment.status != domain.PaymentStatus.REFUNDED:
        _give_back(payment, given, reason, by)
    return Refunded(_message(payment), payment, given)


def _allowed(payment: Payment, amount: Decimal | None) -> Decimal:
    try:
        return domain.amount_to_refund(payment, amount)
    except domain.NotPaid as error:
        raise StateConflict(str(error), code="NOT_PAID") from None
    except domain.RefundTooLarge as error:
        raise BadRequest(str(error), field="amount") from None


def _give_back(payment: Payment, amount: Decimal, reason: str, by: audit.Actor) -> None:
    books = Books([payment], gateway.provider(), clock.now())
    who = by if isinstance(by, str) else audit.actor_of(by)
    books.give_back([Giving(payment, amount, reason, who)])
    books.save()
    detail = {
        "orderId": payment.order_id,
        "amount": str(amount),
        "refundedAmount": str(payment.refunded_amount),
    }
    audit.record(by, AUDITED_AS, payment.payment_id, reason, detail)


def _message(payment: Payment) -> str:
    if payment.status == domain.PaymentStatus.REFUNDED:
        return REFUNDED
    return REFUNDED_IN_PART
