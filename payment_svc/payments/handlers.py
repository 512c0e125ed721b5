"""What the payment service does with a batch of messages, in one transaction.

Messages about different orders do not touch each other, so a batch is worked off in
waves: the first message of every order, then the second, and so on. In a wave the
provider is asked once for all charges and once for all refunds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from common.contracts.events import InventoryFailed, OrderCreated
from common.contracts.payment import ProcessPayment, RefundPayment
from common.messaging.envelope import Inbound, Outbound, iso
from common.messaging.outbound import event, reply_to
from common.storage.reads import read_rows
from payment_svc.payments import answers, domain, gateway
from payment_svc.payments.books import Books, Giving
from payment_svc.payments.domain import Deed, Request
from payment_svc.payments.models import Payment

SERVICE = "payment"
# The suffix of a payment.failed that tells of an undoing, not of a decline.
UNDONE = "undone"


class UnexpectedMessage(Exception):
    """The message is not one that the payment service deals with."""


@dataclass(frozen=True, slots=True)
class Case:
    """One message of the batch: its place in it, and what it asks for."""

    place: int
    inbound: Inbound
    request: Request


@dataclass(frozen=True, slots=True)
class Turn:
    """A case, the payment it is about, and what must be done to that."""

    case: Case
    payment: Payment
    deed: Deed


def handle(batch: Sequence[Inbound], now: datetime) -> Sequence[Outbound]:
    """Charge, give back, and say what became of it, in the order of the batch."""
    cases = [_case(place, inbound) for place, inbound in enumerate(batch)]
    books = Books(_load(cases), gateway.provider(), now)
    sent: dict[int, Outbound] = {}
    for wave in _waves(cases):
        decided = (_decide(case, books) for case in wave)
        turns = [turn for turn in decided if turn]
        _do(turns, books)
        for turn in turns:
            if (message := _answer(turn, now)) is not None:
                sent[turn.case.place] = message
    books.save()
    return [sent[place] for place in sorted(sent)]


def _case(place: int, inbound: Inbound) -> Case:
    body = inbound.body
    if isinstance(
        body, ProcessPayment | RefundPayment | OrderCreated | InventoryFailed
    ):
        return Case(place, inbound, body)
    raise UnexpectedMessage(
        f"{inbound.envelope.message_id}: payments do not listen to "
        f"{type(body).__name__}"
    )


def _load(cases: Sequence[Case]) -> list[Payment]:
    keys = {_own_key(case) for case in cases}
    keys |= {named for case in cases if (named := _named_key(case))}
    return read_rows(Payment, payment_id=keys)


def _waves(cases: Sequence[Case]) -> list[list[Case]]:
    waves: list[list[Case]] = []
    had: Counter[str] = Counter()
    for case in cases:
        turn = had[case.inbound.order_id]
        had[case.inbound.order_id] += 1
        if turn == len(waves):
            waves.append([])
        waves[turn].append(case)
    return waves


def _decide(case: Case, books: Books) -> Turn | None:
    payment = _find(case, books)
    if not domain.concerns(case.request, payment):
        return None
    return Turn(case, payment or _blank(case), domain.deed(case.request, payment))


def _find(case: Case, books: Books) -> Payment | None:
    named = books.find(_named_key(case))
    if named is not None and named.order_id == case.inbound.order_id:
        return named
    return books.find(_own_key(case))


def _do(turns: Sequence[Turn], books: Books) -> None:
    books.charge([turn.payment for turn in turns if turn.deed is Deed.CHARGE])
    books.give_back([_giving(turn) for turn in turns if turn.deed is Deed.REFUND])
    for turn in turns:
        if turn.deed is Deed.DECLINE:
            books.decline(turn.payment)
        elif turn.deed is Deed.ABANDON:
            books.abandon(turn.payment, domain.why(turn.case.request))


def _answer(turn: Turn, now: datetime) -> Outbound | None:
    request, payment, cause = turn.case.request, turn.payment, turn.case.inbound
    if isinstance(request, ProcessPayment):
        answer = answers.answer_to_charge(payment)
        return reply_to(cause, answer, service=SERVICE, now=now)
    if isinstance(request, RefundPayment):
        return reply_to(cause, request.done(), service=SERVICE, now=now)
    if isinstance(request, OrderCreated):
        news = answers.news_of_charge(request, payment, iso(now))
        return event(news, cause=cause, service=SERVICE, now=now) if news else None
    failed = answers.news_of_refund(request, payment, iso(now))
    return event(failed, cause=cause, suffix=UNDONE, service=SERVICE, now=now)


def _blank(case: Case) -> Payment:
    """A payment as the request describes it, not yet booked."""
    request = case.request
    return Payment(
        payment_id=_own_key(case),
        order_id=case.inbound.order_id,
        customer_id="" if isinstance(request, InventoryFailed) else request.customer_id,
        attempt=domain.attempt_of(request),
        saga_id=case.inbound.saga_id,
        amount=domain.amount_of(request),
        refunded_amount=Decimal(0),
        payment_method=domain.method_of(request),
    )


def _giving(turn: Turn) -> Giving:
    left = domain.left_of(turn.payment)
    return Giving(turn.payment, left, domain.why(turn.case.request), SERVICE)


def _own_key(case: Case) -> str:
    attempt = domain.attempt_of(case.request)
    return domain.payment_id_of(case.inbound.order_id, attempt)


def _named_key(case: Case) -> str:
    """The payment a refund names; a retried saga may undo an earlier attempt's."""
    if isinstance(case.request, RefundPayment):
        return case.request.payment_id or ""
    return ""
