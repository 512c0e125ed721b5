"""Toss as tests have it: a small honest ledger whose answers can be scripted."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

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

Method = Literal["confirm", "charge", "give_back", "find"]

DECLINED = RemoteDeclined("REJECT_CARD_PAYMENT", "The bank said no.")
REFUSED = RemoteDeclined("NOT_CANCELABLE_PAYMENT", "It cannot be given back.")
NOT_PAYABLE = NotPayable("NOT_FOUND_PAYMENT_SESSION", "The window was closed.")
ALREADY = AlreadyDone("ALREADY_PROCESSED_PAYMENT", "It was charged before.")
NOT_DONE = NotDone("NOT_REACHED", "Toss was not reached.")
NO_ANSWER = InDoubt("NO_ANSWER", "No answer came.")
ODD_ANSWER = InDoubt("PROVIDER_ERROR", "A temporary error.", answered=True)


class Lost(InDoubt):
    """What was asked is done, and the answer does not arrive."""


LOST = Lost("NO_ANSWER", "The answer was lost.")


@dataclass
class Call:
    """What Toss was asked."""

    method: Method
    request: Any

    @property
    def key(self) -> str:
        """The idempotency key; empty for a look."""
        return str(getattr(self.request, "idempotency_key", ""))


@dataclass
class ScriptedToss:
    """Charges and gives back in memory, each idempotency key once.

    A scripted error is raised instead of doing anything, except for LOST; one that was
    an answer is given again under the same key, as Toss does.
    """

    currency: str = "USD"
    calls: list[Call] = field(default_factory=list)
    by_key: dict[str, RemotePayment] = field(default_factory=dict)
    before: Callable[[Call], None] = lambda call: None
    _script: dict[str, deque[RemoteError]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    _answers: dict[str, RemotePayment | RemoteError] = field(default_factory=dict)
    _turn: Any = field(default_factory=threading.RLock)

    def will(self, method: Method, *answers: RemoteError) -> None:
        """The next calls of the method get these answers, then honest ones again."""
        self._script[method].extend(answers)

    def asked(self, *methods: Method) -> int:
        """How many calls of these methods came; without any, how many in all."""
        return sum(not methods or call.method in methods for call in self.calls)

    def keys(self, method: Method) -> list[str]:
        """The idempotency keys of the method's calls, in order."""
        return [call.key for call in self.calls if call.method == method]

    @property
    def kept(self) -> Any:
        """All the money that was taken and not given back; compared with 0, too."""
        charged = [one for one in self.by_key.values() if one.status in CHARGED]
        return sum((one.balance for one in charged), Decimal(0))

    def agree(self, order_id: str, amount: Decimal, name: str = "key") -> str:
        """The customer agrees in the window; the payment key."""
        payment_key = f"{name}-{order_id}"
        self.by_key[payment_key] = _payment(
            payment_key, order_id, amount, self.currency, RemoteStatus.IN_PROGRESS
        )
        return payment_key

    def put(self, payment_key: str, **changes: Any) -> RemotePayment:
        """Something happened at Toss without us."""
        known = replace(self.by_key[payment_key], **changes)
        self.by_key[payment_key] = replace(known, data=_record(known))
        return self.by_key[payment_key]

    def charge_by_hand(self, payment_key: str) -> RemotePayment:
        """Toss takes the money though we did not see it asked."""
        return self.put(payment_key, status=RemoteStatus.DONE, transaction_id="TX-1")

    def give_back_by_hand(self, payment_key: str, amount: Decimal) -> RemotePayment:
        """Somebody gives money back in Toss's own pages."""
        balance = self.by_key[payment_key].balance - amount
        part = RemoteStatus.PARTIAL_CANCELED if balance else RemoteStatus.CANCELED
        return self.put(payment_key, status=part, balance=balance)

    def confirm(self, request: Confirm) -> RemotePayment:
        return self._once("confirm", request, self._confirm)

    def charge(self, request: ChargeAgreed) -> RemotePayment:
        return self._once("charge", request, self._charge)

    def give_back(self, request: GiveBack) -> RemotePayment:
        return self._once("give_back", request, self._give_back)

    def find(
        self, *, payment_key: str = "", order_id: str = ""
    ) -> RemotePayment | None:
        call = Call("find", {"payment_key": payment_key, "order_id": order_id})
        self.before(call)
        with self._turn:
            self.calls.append(call)
            if self._script["find"]:
                raise self._script["find"].popleft()
            if payment_key:
                return self.by_key.get(payment_key)
            found = [one for one in self.by_key.values() if one.order_id == order_id]
            return found[-1] if found else None

    def _once(
        self, method: Method, request: Any, do: Callable[[Any], RemotePayment]
    ) -> RemotePayment:
        call = Call(method, request)
        self.before(call)
        with self._turn:
            self.calls.append(call)
            scripted = self._script[method].popleft() if self._script[method] else None
            if scripted is not None and not isinstance(scripted, Lost):
                if not (isinstance(scripted, InDoubt | NotDone)) or _answered(scripted):
                    self._answers.setdefault(call.key, scripted)
                raise scripted
            answer = self._answers.get(call.key) or self._done(request, do)
            self._answers[call.key] = answer
            if scripted is not None:
                raise scripted
            if isinstance(answer, RemoteError):
                raise answer
            return answer

    def _done(
        self, request: Any, do: Callable[[Any], RemotePayment]
    ) -> RemotePayment | RemoteError:
        try:
            return do(request)
        except RemoteError as error:
            return error

    def _confirm(self, request: Confirm) -> RemotePayment:
        known = self.by_key.get(request.payment_key)
        if known is None:
            raise NOT_PAYABLE
        if known.status in CHARGED:
            raise ALREADY
        if (known.order_id, known.total) != (request.order_id, request.amount):
            raise NotPayable("INVALID_REQUEST", "Another order, or another amount.")
        return self.charge_by_hand(request.payment_key)

    def _charge(self, request: ChargeAgreed) -> RemotePayment:
        if any(one.order_id == request.order_id for one in self.by_key.values()):
            raise AlreadyDone("DUPLICATED_ORDER_ID", "The order was charged before.")
        key = self.agree(request.order_id, request.amount, "billed")
        return self.charge_by_hand(key)

    def _give_back(self, request: GiveBack) -> RemotePayment:
        known = self.by_key.get(request.payment_key)
        if known is None or known.status not in CHARGED:
            raise REFUSED
        if known.status is RemoteStatus.CANCELED:
            raise AlreadyDone("ALREADY_CANCELED_PAYMENT", "Nothing is left.")
        if request.amount > known.balance:
            raise RemoteDeclined("NOT_CANCELABLE_AMOUNT", "More than is left.")
        return self.give_back_by_hand(request.payment_key, request.amount)


def _answered(error: RemoteError) -> bool:
    return isinstance(error, InDoubt) and error.answered


def _payment(
    payment_key: str, order_id: str, amount: Decimal, currency: str, stands: Any
) -> RemotePayment:
    known = RemotePayment(
        payment_key=payment_key,
        order_id=order_id,
        status=stands,
        total=amount,
        balance=amount,
        currency=currency,
        receipt_url=f"https://receipts.example/{payment_key}",
    )
    return replace(known, data=_record(known))


def _record(known: RemotePayment) -> dict[str, Any]:
    """Toss's own record, as its adapter hands it over."""
    return {
        "paymentKey": known.payment_key,
        "orderId": known.order_id,
        "status": str(known.status),
        "totalAmount": known.total,
        "balanceAmount": known.balance,
    }
