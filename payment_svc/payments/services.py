"""Giving money back on a person's word."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from common import clock
from common.storage.transactions import run_atomically
from common.web import audit
from common.web.errors import BadRequest, NotFound, StateConflict
from payment_svc.payments import doorbell, refunding, refunds, selectors, settlement
from payment_svc.payments.domain import PaymentStatus, Provider
from payment_svc.payments.handlers import load
from payment_svc.payments.models import Payment, Refund, RefundStatus
from payment_svc.payments.settlement.booking import finish

REFUNDED = "Payment refunded successfully"
REFUNDED_IN_PART = "Payment refunded in part"
UNDER_WAY = "The refund is noted and under way; ask again to see it done"
AUDITED_AS = "payment.refund"


@dataclass(frozen=True, slots=True)
class Refunded:
    """A payment after its refund; `amount` is 0 where a repeat changed nothing.

    Where it is not done, Toss is still to be asked for it (`carry_out`).
    """

    payment: Payment
    amount: Decimal
    refund_id: str = ""
    is_done: bool = True


def refund(
    *, order_id: str, amount: Decimal | None, reason: str, by: audit.Actor
) -> Refunded:
    """Give back `amount`, or all that is left, of the order's newest payment.

    A second refund of all gives nothing and answers the same. Raises NotFound,
    BadRequest (field amount) and StateConflict (NOT_PAID, REFUND_IN_PROGRESS).
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


def carry_out(*, payment_id: str, refund_id: str) -> str:
    """Have Toss make a refund that was noted; say what became of it.

    To be called outside of the transaction that noted it. Raises StateConflict
    (REFUND_REFUSED) where Toss does not give the money back.
    """
    settlement.settle(payment_id)
    made = Refund.objects.get(refund_id=refund_id)
    if made.status == RefundStatus.REFUSED:
        raise StateConflict(
            f"Toss does not give the money back: {made.failure}", code="REFUND_REFUSED"
        )
    if made.status == RefundStatus.PENDING:
        return UNDER_WAY
    return message_of(selectors.sure_payment(payment_id=payment_id))


def message_of(payment: Payment) -> str:
    """What the payment's refund came to, in words."""
    is_all = payment.status == PaymentStatus.REFUNDED
    return REFUNDED if is_all else REFUNDED_IN_PART


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
    if payment.status == PaymentStatus.REFUNDED:
        return Refunded(payment, given)
    return _give_back(payment.payment_id, given, reason, by)


def _allowed(payment: Payment, amount: Decimal | None) -> Decimal:
    try:
        return refunding.amount_to_refund(payment, amount)
    except refunding.NotPaid as error:
        raise StateConflict(str(error), code="NOT_PAID") from None
    except refunding.RefundTooLarge as error:
        raise BadRequest(str(error), field="amount") from None


def _give_back(
    payment_id: str, amount: Decimal, reason: str, by: audit.Actor
) -> Refunded:
    books = load({payment_id}, clock.now())
    payment = books.find(payment_id)
    if payment is None:
        raise NotFound(f"There is no payment {payment_id}.")
    under_way = books.refund_of(payment)
    if under_way is not None and under_way.status == RefundStatus.PENDING:
        return _go_on_with(payment, under_way, amount)
    before = payment.refunded_amount
    who = by if isinstance(by, str) else audit.actor_of(by)
    refund_id = refunding.refund_id_of(payment)
    refunds.give_back(books, [refunds.Giving(payment, amount, reason, who)])
    finish(books)
    doorbell.ring_if_due(books)
    detail = {
        "orderId": payment.order_id,
        "amount": str(amount),
        "refundedAmount": str(before + amount),
    }
    audit.record(by, AUDITED_AS, payment.payment_id, reason, detail)
    return Refunded(payment, amount, refund_id, payment.provider != Provider.TOSS)


def _go_on_with(payment: Payment, under_way: Refund, amount: Decimal) -> Refunded:
    """The same refund asked again is not a second one."""
    if under_way.amount == amount:
        return Refunded(payment, amount, under_way.refund_id, is_done=False)
    raise StateConflict(
        f"A refund of {under_way.amount} is under way; ask again when it is done.",
        code="REFUND_IN_PROGRESS",
    )
