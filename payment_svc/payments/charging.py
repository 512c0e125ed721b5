"""Taking money: here and now from the simulator, or by an intent that Toss is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from common.contracts.base import PaymentMethod
from payment_svc.payments import gateway
from payment_svc.payments.books import Books
from payment_svc.payments.deeds import Route, method_refusal
from payment_svc.payments.domain import (
    METHOD_UNAVAILABLE,
    PAYMENT_DECLINED,
    Happening,
    Provider,
    toss_order_id_of,
)
from payment_svc.payments.gateway.port import Charged, ChargeOutcome, ChargeRequest
from payment_svc.payments.models import Payment


def route_of(method: str) -> Route:
    """How money comes in by this method."""
    if method == PaymentMethod.TOSS:
        return Route.CUSTOMER if gateway.remote() else Route.NONE
    return Route.REMOTE if gateway.auto_is_remote() else Route.HERE


def charge(books: Books, payments: Sequence[Payment]) -> None:
    """Open the payments, each by the route of its method."""
    by_route: dict[Route, list[Payment]] = {route: [] for route in Route}
    for payment in payments:
        by_route[route_of(payment.payment_method)].append(payment)
    _charge_here(books, by_route[Route.HERE])
    for payment in by_route[Route.REMOTE]:
        _intend(books, payment)
    for payment in by_route[Route.CUSTOMER]:
        _offer(books, payment)
    for payment in by_route[Route.NONE]:
        _decline(books, payment)


def _charge_here(books: Books, payments: Sequence[Payment]) -> None:
    for payment in payments:
        payment.provider = Provider.SIMULATOR
        books.happened(payment, Happening.CHARGE_ASKED)
    outcomes = gateway.provider().charge_many([_request(each) for each in payments])
    for payment, outcome in zip(payments, outcomes, strict=True):
        _settle_here(books, payment, outcome)


def _intend(books: Books, payment: Payment) -> None:
    """The billing key's owner is to be charged: settlement does it, once committed."""
    _at_toss(payment)
    books.happened(payment, Happening.CHARGE_ASKED)
    payment.next_look_at = books.now


def _offer(books: Books, payment: Payment) -> None:
    """The customer is to pay in the window, until the deadline."""
    _at_toss(payment)
    books.happened(payment, Happening.OFFERED)
    limit = timedelta(seconds=settings.TOSS_CONFIRM_WITHIN_S)
    payment.expires_at = payment.next_look_at = books.now + limit


def _decline(books: Books, payment: Payment) -> None:
    books.happened(payment, Happening.DECLINED)
    payment.failure_code = METHOD_UNAVAILABLE
    payment.failure_reason = method_refusal(payment.payment_method)


def _at_toss(payment: Payment) -> None:
    payment.provider = Provider.TOSS
    payment.toss_order_id = toss_order_id_of(payment.order_id, payment.attempt)


def _settle_here(books: Books, payment: Payment, outcome: ChargeOutcome) -> None:
    if isinstance(outcome, Charged):
        books.happened(payment, Happening.CHARGED)
        payment.transaction_id = outcome.transaction_id
        payment.processed_at = books.now
    else:
        books.happened(payment, Happening.DECLINED)
        payment.failure_code = PAYMENT_DECLINED
        payment.failure_reason = outcome.message


def _request(payment: Payment) -> ChargeRequest:
    return ChargeRequest(
        key=payment.payment_id,
        order_id=payment.order_id,
        customer_id=payment.customer_id,
        amount=payment.amount,
        currency=payment.currency,
    )
