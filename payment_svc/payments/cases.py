"""Messages put to their payments: what is asked, of which payment, in which turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.contracts.events import InventoryFailed, OrderCreated
from common.contracts.payment import ProcessPayment, RefundPayment
from common.messaging.envelope import Inbound
from payment_svc.payments import requests
from payment_svc.payments.books import Books
from payment_svc.payments.domain import payment_id_of
from payment_svc.payments.models import Payment
from payment_svc.payments.requests import Request


class UnexpectedMessage(Exception):
    """The message is not one that the payment service deals with."""


@dataclass(frozen=True, slots=True)
class Case:
    """One message, and what it asks for; `waited` is one that was kept before."""

    inbound: Inbound
    request: Request
    waited: bool = False

    @property
    def message_id(self) -> str:
        """The message's id."""
        return self.inbound.envelope.message_id

    @property
    def own_key(self) -> str:
        """The id of the payment that its attempt of the order has."""
        attempt = requests.attempt_of(self.request)
        return payment_id_of(self.inbound.order_id, attempt)

    @property
    def named_key(self) -> str:
        """The payment a refund names; a retried saga may undo an earlier attempt's."""
        if isinstance(self.request, RefundPayment):
            return self.request.payment_id or ""
        return ""


def case_of(inbound: Inbound, *, waited: bool = False) -> Case:
    """The message as a case. Raises UnexpectedMessage."""
    body = inbound.body
    if isinstance(
        body, ProcessPayment | RefundPayment | OrderCreated | InventoryFailed
    ):
        return Case(inbound, body, waited)
    raise UnexpectedMessage(
        f"{inbound.envelope.message_id}: payments do not listen to "
        f"{type(body).__name__}"
    )


def keys_of(cases: Sequence[Case]) -> set[str]:
    """The ids of all payments that the cases may be about."""
    own = {case.own_key for case in cases}
    return own | {case.named_key for case in cases if case.named_key}


def waves(cases: Sequence[Case]) -> list[list[Case]]:
    """The first case of every order, then the second of each, and so on."""
    found: list[list[Case]] = []
    had: Counter[str] = Counter()
    for case in cases:
        turn = had[case.inbound.order_id]
        had[case.inbound.order_id] += 1
        if turn == len(found):
            found.append([])
        found[turn].append(case)
    return found


def find(case: Case, books: Books) -> Payment | None:
    """The payment that the case is about, as the books have it."""
    named = books.find(case.named_key)
    if named is not None and named.order_id == case.inbound.order_id:
        return named
    return books.find(case.own_key)


def blank(case: Case) -> Payment:
    """A payment as the request describes it, not yet booked."""
    request = case.request
    return Payment(
        payment_id=case.own_key,
        order_id=case.inbound.order_id,
        customer_id=requests.customer_of(request),
        attempt=requests.attempt_of(request),
        saga_id=case.inbound.saga_id,
        amount=requests.amount_of(request),
        refunded_amount=Decimal(0),
        payment_method=requests.method_of(request),
    )
