"""Making sure that a payment is in our books which Toss is said to have charged.

Whoever says so (a saga that heard `tossPaymentData`, a webhook) is not believed: Toss
is asked, and what it says is booked.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from common import clock
from common.contracts import money
from common.contracts.base import PaymentMethod
from common.storage.transactions import run_atomically
from common.web.errors import NotFound, StateConflict, Unavailable
from payment_svc.payments import confirming, gateway, selectors, settlement
from payment_svc.payments.books import Books
from payment_svc.payments.domain import (
    UNPAID,
    PaymentStatus,
    Provider,
    payment_id_of,
    toss_order_id_of,
)
from payment_svc.payments.gateway.remote import CHARGED, RemoteError, RemotePayment
from payment_svc.payments.handlers import load
from payment_svc.payments.models import Payment
from payment_svc.payments.settlement import awaited, booking, entries
from payment_svc.payments.settlement.plan import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What somebody says of a payment; `payment_id` names its document in our books."""

    payment_id: str
    order_id: str
    customer_id: str
    amount: Decimal
    payment_key: str = ""
    saga_id: str = ""
    attempt: int = 1

    @property
    def own_key(self) -> str:
        """The id that we would have given the payment."""
        return payment_id_of(self.order_id, self.attempt)


@dataclass(frozen=True, slots=True)
class Ensured:
    """The payment as it now stands; `created` where it was not booked before."""

    payment: Payment
    created: bool


def ensure(said: Claimed) -> Ensured:
    """Have the payment booked, if Toss has charged it.

    Raises StateConflict where it has not (NOT_CHARGED_AT_TOSS), where the payment was
    given up meanwhile and the money goes back (PAYMENT_CANCELLED, PAYMENT_REFUNDED),
    where Toss charged something else (AMOUNT_MISMATCH, ORDER_MISMATCH), or where the
    simulator has the payment (NOT_A_TOSS_PAYMENT); NotFound for a document of another
    attempt; Unavailable while Toss does not answer.
    """
    paid = _read_back(said)
    _check(said, paid)
    payment_id, created = run_atomically(lambda: _book(said, paid))
    awaited.announce(payment_id)
    payment = selectors.sure_payment(payment_id=payment_id)
    if payment.status == PaymentStatus.SUCCESS:
        return Ensured(payment, created)
    settlement.settle(payment_id)  # an orphan goes back at once
    payment = selectors.sure_payment(payment_id=payment_id)
    code = "REFUNDED" if payment.status == PaymentStatus.REFUNDED else "CANCELLED"
    raise StateConflict(
        f"The payment {payment_id} is {payment.status}: "
        "what Toss charged for it goes back to the customer.",
        code=f"PAYMENT_{code}",
    )


def hinted(order_id: str) -> bool:
    """Somebody says that Toss has news of this order: look soon; False if unknown."""
    payment = _meant(order_id)
    if payment is None or payment.provider != Provider.TOSS:
        return False

    def unit() -> None:
        now = clock.now()
        books = load({payment.payment_id}, now)
        found = books.find(payment.payment_id)
        # While somebody has it in hand, or it is due anyway, the news is on its way.
        if found is not None and found.status != PaymentStatus.PROCESSING:
            found.next_look_at = now
            if found.status in UNPAID:
                found.looks = max(found.looks - 1, 0)  # none of those that watch it
            books.touch(found)
            books.save()

    run_atomically(unit)
    return True


def _meant(order_id: str) -> Payment | None:
    """The payment that Toss has this order id for; the first attempt's is the order's.

    A later attempt must not hide it: Toss may have news of the first.
    """
    first = selectors.payment(payment_id=payment_id_of(order_id, 1))
    if first is not None and first.toss_order_id == order_id:
        return first
    return confirming.find(order_id)


def _read_back(said: Claimed) -> RemotePayment:
    provider = gateway.remote()
    if provider is None:
        raise StateConflict(
            "This service has no Toss to ask (TOSS_SECRET_KEY).", code="NO_TOSS"
        )
    order_id = toss_order_id_of(said.order_id, said.attempt)
    try:
        paid = provider.find(payment_key=said.payment_key, order_id=order_id)
    except RemoteError as error:
        raise Unavailable(f"Toss could not be asked: {error.message}") from None
    if paid is None or paid.status not in CHARGED:
        stands = f"has it as {paid.status}" if paid else "knows no such payment"
        raise StateConflict(
            f"Toss has charged nothing for {said.order_id}: it {stands}.",
            code="NOT_CHARGED_AT_TOSS",
        )
    return paid


def _check(said: Claimed, paid: RemotePayment) -> None:
    expected = toss_order_id_of(said.order_id, said.attempt)
    if paid.order_id != expected:
        raise StateConflict(
            "Toss has this payment key for another order.", code="ORDER_MISMATCH"
        )
    if paid.total != said.amount or paid.currency != money.current_code():
        raise StateConflict(
            f"Toss charged {paid.total} {paid.currency}, not {said.amount}.",
            code="AMOUNT_MISMATCH",
        )


def _book(said: Claimed, paid: RemotePayment) -> tuple[str, bool]:
    """The payment's id, and whether it was booked just now.

    An attempt has one payment: where it is there under our id, it is the one meant.
    """
    books = load({said.payment_id, said.own_key}, clock.now())
    payment = books.find(said.own_key) or books.find(said.payment_id)
    if payment is None:
        _open(books, said, paid)
        booking.finish(books)
        return said.payment_id, True
    _admit(payment, said, paid)
    was = payment.status
    booking.apply(books, payment, Act.FIND, paid)
    booking.finish(books)
    is_paid = payment.status == PaymentStatus.SUCCESS
    return payment.payment_id, is_paid and was != payment.status


def _admit(payment: Payment, said: Claimed, paid: RemotePayment) -> None:
    if (payment.order_id, payment.attempt) != (said.order_id, said.attempt):
        raise NotFound(
            f"{payment.payment_id} is no payment of the attempt {said.attempt} "
            f"at {said.order_id}."
        )
    if payment.provider == Provider.SIMULATOR:
        raise StateConflict(
            f"{payment.payment_id} is not paid through Toss.", code="NOT_A_TOSS_PAYMENT"
        )
    # A tombstone did not know where the money would come in.
    payment.provider, payment.toss_order_id = Provider.TOSS, paid.order_id


def _open(books: Books, said: Claimed, paid: RemotePayment) -> None:
    payment = Payment(
        payment_id=said.payment_id,
        order_id=said.order_id,
        customer_id=said.customer_id,
        attempt=said.attempt,
        saga_id=said.saga_id,
        amount=said.amount,
        refunded_amount=Decimal(0),
        payment_method=PaymentMethod.TOSS,
        provider=Provider.TOSS,
        toss_order_id=paid.order_id,
    )
    entries.charged(books, payment, paid)
