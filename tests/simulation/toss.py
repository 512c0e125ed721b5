"""Toss in a history: books of its own that outlive every crash, and a bad line to them.

What happens on the line is drawn from the history's seed. A call may be done and its
answer lost, come too late, never come, be answered with an error that says nothing;
and while it is under way, others act (`meanwhile`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from payment_svc.payments.gateway.remote import (
    CHARGED,
    AlreadyDone,
    ChargeAgreed,
    Confirm,
    GiveBack,
    InDoubt,
    NotDone,
    NotPayable,
    RemoteDeclined,
    RemoteError,
    RemotePayment,
    RemoteStatus,
)
from tests.simulation.faults import Crashed, Line, Trouble

# A customer's agreement that nobody confirms is void after this.
AGREED_FOR = timedelta(minutes=10)
# What the caller waits before it gives up, and how long its call may be on the way.
TIMEOUT_S = 10
LATEST_S = 50


@dataclass(slots=True)
class Call:
    """One call that came in or will: its effect happens once a key."""

    order_id: str
    key: str
    effect: Callable[[], RemotePayment]
    arrives: datetime


@dataclass(slots=True)
class FakeToss:
    """A RemoteProvider; `ledger` is the truth about the customers' money.

    `calls` and `troubles` are counted by Toss's order id.
    """

    now: Callable[[], datetime]
    random: Random
    line: Line
    wait: Callable[[float], None]
    meanwhile: Callable[[], None]
    currency: str = "USD"
    ledger: dict[str, RemotePayment] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    confirms: list[Confirm] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    late: list[Call] = field(default_factory=list)
    _begun: dict[str, datetime] = field(default_factory=dict)
    _bad_cards: set[str] = field(default_factory=set)
    _answers: dict[str, RemotePayment | RemoteError] = field(default_factory=dict)

    # What our services call.

    def confirm(self, request: Confirm) -> RemotePayment:
        """Charge what the customer agreed to."""
        self.confirms.append(request)
        return self._call(
            request.order_id, request.idempotency_key, lambda: self._confirm(request)
        )

    def charge(self, request: ChargeAgreed) -> RemotePayment:
        """Charge by billing key."""
        return self._call(
            request.order_id, request.idempotency_key, lambda: self._charge(request)
        )

    def give_back(self, request: GiveBack) -> RemotePayment:
        """Give back all or a part."""
        known = self.ledger.get(request.payment_key)
        return self._call(
            known.order_id if known else "",
            request.idempotency_key,
            lambda: self._give_back(request),
        )

    def find(
        self, *, payment_key: str = "", order_id: str = ""
    ) -> RemotePayment | None:
        """By key, else what was charged of the order, else its newest."""
        self.calls[order_id] += 1
        self._look_trouble(order_id)
        self._expire()
        if payment_key:
            return self.ledger.get(payment_key)
        found = [one for one in self.ledger.values() if one.order_id == order_id]
        charged = [one for one in found if one.status in CHARGED]
        return next(reversed(charged or found), None)

    # What customers, Toss's people and time do.

    def agree(self, order_id: str, amount: Decimal, *, bad_card: bool) -> str:
        """A customer agrees in the window; the payment key."""
        key = f"key-{len(self.ledger)}-{order_id}"
        self.ledger[key] = self._new(key, order_id, amount)
        self._begun[key] = self.now()
        if bad_card:
            self._bad_cards.add(key)
        return key

    def charge_by_itself(self, key: str) -> bool:
        """Toss takes the money without our asking; False where it cannot any more."""
        self._expire()
        known = self.ledger[key]
        if known.status is not RemoteStatus.IN_PROGRESS or self._is_used(known):
            return False
        self._put(known, RemoteStatus.DONE, known.total)
        return True

    def give_back_by_hand(self, key: str, amount: Decimal) -> None:
        """One of Toss's people gives money back, past our books."""
        known = self.ledger[key]
        if known.status in CHARGED and known.balance >= amount:
            self._take_off(known, amount)

    def deliver_late(self) -> bool:
        """Have one call arrive that has been on its way long enough."""
        ready = [call for call in self.late if call.arrives <= self.now()]
        if not ready:
            return False
        call = self.random.choice(ready)
        self.late.remove(call)
        self._done(call)
        return True

    def kept(self, order_id: str) -> Decimal:
        """What is charged under this order id and not given back."""
        return sum(
            (
                one.balance
                for one in self.ledger.values()
                if one.order_id == order_id and one.status in CHARGED
            ),
            Decimal(0),
        )

    # The line.

    def _call(
        self, order_id: str, key: str, effect: Callable[[], RemotePayment]
    ) -> RemotePayment:
        self.calls[order_id] += 1
        trouble = self._drawn(order_id)
        call = Call(order_id, key, effect, self.now())
        self.meanwhile()
        self._fail_before(trouble, call)
        answer = self._done(call)
        self.meanwhile()
        if trouble is Trouble.DIES_AFTER:
            raise Crashed(f"Toss has done {key}")
        if trouble is Trouble.ANSWER_LOST:
            raise InDoubt("NO_ANSWER", "the answer was lost")
        if isinstance(answer, RemoteError):
            raise answer
        return answer

    def _drawn(self, order_id: str) -> Trouble:
        trouble = self.line.draw(self.random)
        self.troubles[order_id] += trouble is not Trouble.NONE
        return trouble

    def _fail_before(self, trouble: Trouble, call: Call) -> None:
        """The troubles of a call that has not come in yet."""
        if trouble is Trouble.NOT_REACHED:
            raise NotDone("NOT_REACHED", "the line is down")
        if trouble is Trouble.DIES_BEFORE:
            raise Crashed(f"about to ask Toss {call.key}")
        if trouble is Trouble.NEVER_ARRIVES:
            self.wait(TIMEOUT_S)
            raise InDoubt("NO_ANSWER", "nothing came back")
        if trouble is Trouble.ARRIVES_LATE:
            on_the_way = timedelta(seconds=self.random.uniform(1, LATEST_S))
            self.late.append(replace(call, arrives=self.now() + on_the_way))
            self.wait(self.random.uniform(0, 2 * TIMEOUT_S))
            raise InDoubt("NO_ANSWER", "too slow")
        if trouble is Trouble.ERROR_ANSWERED:
            self._answers.setdefault(call.key, _try_later())
        if trouble is Trouble.ERROR_AFTER_ALL:
            self._done(call)
            self._answers[call.key] = _try_later()

    def _look_trouble(self, order_id: str) -> None:
        trouble = self._drawn(order_id)
        self.meanwhile()
        if trouble in (Trouble.DIES_BEFORE, Trouble.DIES_AFTER):
            raise Crashed(f"looking {order_id} up")
        if trouble is not Trouble.NONE:
            raise NotDone("NOT_REACHED", "the line is down")

    def _done(self, call: Call) -> RemotePayment | RemoteError:
        """What came of the call; under a key that was used before, the same again."""
        self._expire()
        if call.key not in self._answers:
            try:
                self._answers[call.key] = call.effect()
            except RemoteError as error:
                self._answers[call.key] = error
        return self._answers[call.key]

    # The books.

    def _confirm(self, request: Confirm) -> RemotePayment:
        known = self.ledger.get(request.payment_key)
        if known is None or known.order_id != request.order_id:
            raise NotPayable("NOT_FOUND_PAYMENT_SESSION", "there is no such session")
        if known.status in CHARGED:
            raise AlreadyDone("ALREADY_PROCESSED_PAYMENT", "it was charged before")
        if known.status is not RemoteStatus.IN_PROGRESS:
            raise NotPayable("NOT_FOUND_PAYMENT_SESSION", "the session is over")
        if self._is_used(known):
            raise AlreadyDone("DUPLICATED_ORDER_ID", "the order id was used before")
        if known.total != request.amount:
            raise RemoteDeclined("INVALID_REQUEST", "the amount is another")
        if request.payment_key in self._bad_cards:
            self._put(known, RemoteStatus.ABORTED, known.balance)
            raise RemoteDeclined("REJECT_CARD_PAYMENT", "the bank says no")
        return self._put(known, RemoteStatus.DONE, known.total)

    def _charge(self, request: ChargeAgreed) -> RemotePayment:
        if any(one.order_id == request.order_id for one in self.ledger.values()):
            raise AlreadyDone("DUPLICATED_ORDER_ID", "the order id was used before")
        if self.line.declines(self.random):
            raise RemoteDeclined("REJECT_CARD_PAYMENT", "the bank says no")
        key = f"bill-{request.order_id}"
        new = self._new(key, request.order_id, request.amount)
        return self._put(new, RemoteStatus.DONE, new.total)

    def _give_back(self, request: GiveBack) -> RemotePayment:
        known = self.ledger.get(request.payment_key)
        if known is None or known.status not in CHARGED:
            raise RemoteDeclined("NOT_CANCELABLE_PAYMENT", "nothing was charged")
        if known.balance == 0:
            raise AlreadyDone("ALREADY_CANCELED_PAYMENT", "nothing is left")
        if request.amount > known.balance:
            raise RemoteDeclined("NOT_CANCELABLE_AMOUNT", "more than is left")
        if self.line.declines(self.random):
            raise RemoteDeclined("NOT_CANCELABLE_NOW", "the bank says no")
        return self._take_off(known, request.amount)

    def _take_off(self, known: RemotePayment, amount: Decimal) -> RemotePayment:
        left = known.balance - amount
        part = RemoteStatus.PARTIAL_CANCELED if left else RemoteStatus.CANCELED
        return self._put(known, part, left)

    def _is_used(self, known: RemotePayment) -> bool:
        """True where the order was charged by another key: Toss does it once."""
        return any(
            one.order_id == known.order_id and one.status in CHARGED
            for one in self.ledger.values()
        )

    def _new(self, key: str, order_id: str, amount: Decimal) -> RemotePayment:
        return RemotePayment(
            payment_key=key,
            order_id=order_id,
            status=RemoteStatus.IN_PROGRESS,
            total=amount,
            balance=amount,
            currency=self.currency,
            transaction_id=f"tx-{key}",
        )

    def _put(
        self, known: RemotePayment, status: RemoteStatus, balance: Decimal
    ) -> RemotePayment:
        """Write the payment down, and have a webhook tell of it."""
        written = replace(known, status=status, balance=balance)
        written = replace(written, data=_record(written))
        self.ledger[known.payment_key] = written
        self.hints.append(known.order_id)
        return written

    def _expire(self) -> None:
        for key, begun in self._begun.items():
            known = self.ledger[key]
            is_open = known.status is RemoteStatus.IN_PROGRESS
            if is_open and begun + AGREED_FOR <= self.now():
                self._put(known, RemoteStatus.EXPIRED, known.balance)


def _record(payment: RemotePayment) -> dict[str, Any]:
    return {
        "paymentKey": payment.payment_key,
        "orderId": payment.order_id,
        "status": str(payment.status),
        "totalAmount": payment.total,
        "balanceAmount": payment.balance,
    }


def _try_later() -> InDoubt:
    return InDoubt("FAILED_INTERNAL_SYSTEM_PROCESSING", "try later", answered=True)
