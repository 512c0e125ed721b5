"""Giving messages their effect and their answer, those that have waited included.

Messages about different orders do not touch each other, so they are worked off in
waves: the first message of every order, then the second, and so on. In a wave the
provider is asked once for all charges and once for all refunds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common.contracts.events import OrderCreated
from common.contracts.payment import ProcessPayment, RefundPayment
from common.messaging.envelope import Outbound, iso
from common.messaging.outbound import event, reply_to
from payment_svc.payments import answers, cases, charging, deeds, questions, refunds
from payment_svc.payments.books import Books
from payment_svc.payments.cases import Case
from payment_svc.payments.deeds import Deed
from payment_svc.payments.domain import Provider
from payment_svc.payments.models import Payment
from payment_svc.payments.refunding import left_of
from payment_svc.payments.requests import concerns, why

SERVICE = "payment"
# The suffix of a payment.failed that tells of an undoing, not of a decline.
UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Turn:
    """A case, the payment it is about, and what must be done to that."""

    case: Case
    payment: Payment
    deed: Deed


class Answering:
    """Works off cases on the books; `finish` keeps what must wait.

    `sent` are the answers by the id of the message they answer.
    """

    def __init__(self, books: Books) -> None:
        self._books = books
        self.sent: dict[str, Outbound] = {}
        self._waiting: dict[str, tuple[str, Case]] = {}
        self._answered: set[str] = set()

    def deal_with(self, new: Sequence[Case]) -> None:
        """Give new messages their effect, then ask again what waited for payments."""
        self._work_off(new)
        self.ask_again()

    def ask_again(self) -> None:
        """Deal with what waits for payments that moved, until none moves any more."""
        while moved := self._at_toss(self._books.moved.values()):
            self._books.moved.clear()
            self._work_off(self._waiting_for(moved))

    def finish(self) -> None:
        """Keep what is not answered, and forget what is."""
        fresh = [
            (payment_id, case.inbound)
            for payment_id, case in self._waiting.values()
            if not case.waited
        ]
        questions.keep(fresh, self._books.now)
        questions.forget(self._answered)

    def _at_toss(self, payments: Iterable[Payment]) -> list[str]:
        """Only for these can anything wait: the simulator answers at once."""
        return [one.payment_id for one in payments if one.provider == Provider.TOSS]

    def _waiting_for(self, payment_ids: Sequence[str]) -> list[Case]:
        """What was kept earlier, then what must wait since a moment ago."""
        kept = [
            cases.case_of(inbound, waited=True)
            for _, inbound in questions.waiting_for(payment_ids)
        ]
        known = {case.message_id for case in kept}
        kept = [case for case in kept if case.message_id not in self._answered]
        wanted = set(payment_ids)
        new = [
            case
            for payment_id, case in self._waiting.values()
            if payment_id in wanted and case.message_id not in known
        ]
        return [*kept, *new]

    def _work_off(self, asked: Sequence[Case]) -> None:
        for wave in cases.waves(asked):
            turns = [turn for case in wave if (turn := self._turn(case))]
            self._do(turns)
            for turn in turns:
                self._answer(turn)

    def _turn(self, case: Case) -> Turn | None:
        payment = cases.find(case, self._books)
        if not concerns(case.request, payment):
            return None
        deed = deeds.deed(case.request, payment)
        return Turn(case, payment or cases.blank(case), deed)

    def _do(self, turns: Sequence[Turn]) -> None:
        charges = [turn.payment for turn in turns if turn.deed is Deed.CHARGE]
        charging.charge(self._books, charges)
        givings = [_giving(turn) for turn in turns if turn.deed is Deed.REFUND]
        refunds.give_back(self._books, givings)
        for turn in turns:
            if turn.deed is Deed.ABANDON:
                self._books.abandon(turn.payment, why(turn.case.request))

    def _answer(self, turn: Turn) -> None:
        case, payment = turn.case, turn.payment
        if not deeds.is_answerable(case.request, payment):
            self._waiting[case.message_id] = (payment.payment_id, case)
            return
        self._waiting.pop(case.message_id, None)
        if case.waited:
            self._answered.add(case.message_id)
        if (message := _message(turn, self._books)) is not None:
            self.sent[case.message_id] = message


def _giving(turn: Turn) -> refunds.Giving:
    left = left_of(turn.payment)
    return refunds.Giving(turn.payment, left, why(turn.case.request), SERVICE)


def _message(turn: Turn, books: Books) -> Outbound | None:
    request, payment, cause = turn.case.request, turn.payment, turn.case.inbound
    now = books.now
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
