"""Toss in memory: an honest ledger, and answers that a test may spoil beforehand."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from payment_svc.payments.gateway.remote import (
    CHARGED,
    AlreadyDone,
    ChargeAgreed,
    Confirm,
    GiveBack,
    InDoubt,
    NotPayable,
    RemoteDeclined,
    RemoteError,
    RemotePayment,
    RemoteStatus,
)

Spoil = Callable[[], Exception | None]


@dataclass
class FakeToss:
    """A RemoteProvider; `spoil` queues what goes wrong before or after a call."""

    currency: str = "USD"
    ledger: dict[str, RemotePayment] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    _before: dict[str, deque[Exception]] = field(default_factory=dict)
    _after: dict[str, deque[Exception]] = field(default_factory=dict)
    _answers: dict[str, RemotePayment | Exception] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def agree(self, order_id: str, amount: Decimal, key: str = "") -> str:
        """The customer agrees in the window; the payment key."""
        key = key or f"key-{order_id}"
        self.ledger[key] = RemotePayment(
            payment_key=key,
            order_id=order_id,
            status=RemoteStatus.IN_PROGRESS,
            total=amount,
            balance=amount,
            currency=self.currency,
            data={"paymentKey": key, "orderId": order_id, "status": "IN_PROGRESS"},
        )
        return key

    def refuse_next(self, what: str, *errors: Exception) -> None:
        """The next such calls have no effect and end in these errors."""
        self._before.setdefault(what, deque()).extend(errors)

    def lose_next(self, what: str, *errors: Exception) -> None:
        """The next such calls have their effect, and end in these errors."""
        self._after.setdefault(what, deque()).extend(errors)

    def confirm(self, request: Confirm) -> RemotePayment:
        """Charge what the customer agreed to."""
        return self._call(
            "confirm", request.idempotency_key, lambda: self._confirm(request)
        )

    def charge(self, request: ChargeAgreed) -> RemotePayment:
        """Charge by billing key."""
        return self._call(
            "charge", request.idempotency_key, lambda: self._charge(request)
        )

    def give_back(self, request: GiveBack) -> RemotePayment:
        """Cancel all or a part."""
        return self._call(
            "give_back", request.idempotency_key, lambda: self._give_back(request)
        )

    def find(
        self, *, payment_key: str = "", order_id: str = ""
    ) -> RemotePayment | None:
        """By key, else the newest of the order."""
        return self._call("find", "", lambda: self._find(payment_key, order_id))

    def kept(self, order_id: str) -> Decimal:
        """What is charged for the order and not given back."""
        return sum(
            (
                one.balance
                for one in self.ledger.values()
                if one.order_id == order_id and one.status in CHARGED
            ),
            Decimal(0),
        )

    def _call(self, what: str, key: str, effect: Callable[[], Any]) -> Any:
        with self._lock:
            self.calls[what] += 1
            if queue := self._before.get(what):
                raise queue.popleft()
            found = self._answers.get(key) if key else None
            if found is None:
                try:
                    found = effect()  # type: ignore[assignment]
                except RemoteError as error:
                    found = error
                if key and found is not None:
                    self._answers[key] = found
            if queue := self._after.get(what):
                raise queue.popleft()
            if isinstance(found, Exception):
                raise found
            return found  # type: ignore[return-value]

    def _confirm(self, request: Confirm) -> RemotePayment:
        known = self.ledger.get(request.payment_key)
        if known is None or known.order_id != request.order_id:
            raise NotPayable("NOT_FOUND_PAYMENT_SESSION", "no such session")
        if known.status in CHARGED:
            raise AlreadyDone("ALREADY_PROCESSED_PAYMENT", "it was charged before")
        if known.status is not RemoteStatus.IN_PROGRESS:
            raise RemoteDeclined("REJECT_CARD_PAYMENT", "the card is no good")
        return self._done(known)

    def _charge(self, request: ChargeAgreed) -> RemotePayment:
        if self._find("", request.order_id):
            raise AlreadyDone("DUPLICATED_ORDER_ID", "it was charged before")
        key = self.agree(request.order_id, request.amount, f"bill-{request.order_id}")
        return self._done(self.ledger[key])

    def _give_back(self, request: GiveBack) -> RemotePayment:
        known = self.ledger.get(request.payment_key)
        if known is None or known.status not in CHARGED:
            raise RemoteDeclined("NOT_CANCELABLE_PAYMENT", "there is no charge")
        if known.balance == 0:
            raise AlreadyDone("ALREADY_CANCELED_PAYMENT", "it was given back before")
        if request.amount > known.balance:
            raise RemoteDeclined("NOT_CANCELABLE_AMOUNT", "more than is left")
        left = known.balance - request.amount
        is_all = left == 0
        status = RemoteStatus.CANCELED if is_all else RemoteStatus.PARTIAL_CANCELED
        return self._put(replace(known, status=status, balance=left))

    def _find(self, payment_key: str, order_id: str) -> RemotePayment | None:
        if payment_key:
            return self.ledger.get(payment_key)
        found = [one for one in self.ledger.values() if one.order_id == order_id]
        charged = [one for one in found if one.status in CHARGED]
        return (charged or found or [None])[-1]

    def _done(self, known: RemotePayment) -> RemotePayment:
        return self._put(
            replace(
                known,
                status=RemoteStatus.DONE,
                transaction_id=f"tx-{known.payment_key}",
                receipt_url=f"http://127.0.0.1/{known.payment_key}",
            )
        )

    def _put(self, payment: RemotePayment) -> RemotePayment:
        data = {**payment.data, "status": str(payment.status)}
        self.ledger[payment.payment_key] = replace(payment, data=data)
        return self.ledger[payment.payment_key]


def no_answer() -> InDoubt:
    """The line broke."""
    return InDoubt("NO_ANSWER", "no answer")


def try_later() -> InDoubt:
    """A temporary error is the answer."""
    return InDoubt("PROVIDER_ERROR", "try later", answered=True)
