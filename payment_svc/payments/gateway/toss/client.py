"""Toss over HTTP: one call a method, and what came of it as the port says.

Repeated here is only what is safe and quick: a look, and a call that never left.
Everything else is settlement's to repeat, after a look.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import httpx
import structlog

from common import faults
from common.contracts.money import CURRENCIES
from payment_svc.payments.gateway.remote import (
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
)
from payment_svc.payments.gateway.toss import asks, counts
from payment_svc.payments.gateway.toss.answers import Answer
from payment_svc.payments.gateway.toss.asks import Ask, Call
from payment_svc.payments.gateway.toss.breaker import CIRCUIT_OPEN, Breaker
from payment_svc.payments.gateway.toss.errors import error_of, finds_none
from payment_svc.payments.gateway.toss.line import (
    NO_ANSWER,
    NOT_REACHED,
    TOO_BUSY,
    Line,
)
from payment_svc.payments.gateway.toss.records import payment_of
from payment_svc.payments.gateway.toss.settings import TossSettings

log = structlog.get_logger(__name__)

T = TypeVar("T")
Heard = Answer | RemoteError

# Pauses before a call is made again, in seconds, give or take half.
LOOK_PAUSES = (0.1, 0.3)
CALL_PAUSES = (0.1,)

# For the counter: a few words, whatever codes Toss may think of.
OUTCOMES = {
    RemoteDeclined: "declined",
    NotPayable: "not_payable",
    AlreadyDone: "already_done",
    NotDone: "not_done",
    InDoubt: "in_doubt",
}


class Toss:
    """The RemoteProvider of Toss; one for a process, used by all its threads."""

    def __init__(
        self,
        settings: TossSettings,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`transport` stands for the network, `pause` for waiting (tests)."""
        self.currency = settings.currency
        self._settings = settings
        self._in = CURRENCIES[settings.currency]
        self._line = Line(settings, transport)
        self._breaker = Breaker(settings.breaker_reset_s, _is_failure)
        self._pause = pause

    def __repr__(self) -> str:
        return f"Toss({self._settings.api_url!r})"

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

    def confirm(self, request: Confirm) -> RemotePayment:
        """Charge what the customer agreed to."""
        return self._done(asks.to_confirm(request, self._in))

    def charge(self, request: ChargeAgreed) -> RemotePayment:
        """Charge by the billing key."""
        return self._done(asks.to_charge(request, self._in, self._settings))

    def give_back(self, request: GiveBack) -> RemotePayment:
        """Cancel all of the payment, or a part of it."""
        return self._done(asks.to_cancel(request, self._in))

    def find(
        self, *, payment_key: str = "", order_id: str = ""
    ) -> RemotePayment | None:
        """Read the payment back; a look does no harm, so it is tried a few times."""
        return self._told(asks.to_find(payment_key, order_id))

    def _done(self, ask: Ask) -> RemotePayment:
        found = self._told(ask)
        if found is None:  # only a look can find none
            raise InDoubt(NO_ANSWER, "Toss answered with nothing.")
        return found

    def _told(self, ask: Ask) -> RemotePayment | None:
        """One call, counted and logged. Raises RemoteError."""
        begin = time.perf_counter()
        status, outcome, code = 0, "ok", ""
        try:
            heard = _sure(self._heard(ask))
            status = heard.status
            found = _sure(_meant(ask, heard))
            outcome = "ok" if found else "none"
        except RemoteError as error:
            code = error.code
            outcome = "circuit_open" if code == CIRCUIT_OPEN else OUTCOMES[type(error)]
            raise
        else:
            return found
        finally:
            seconds = time.perf_counter() - begin
            counts.count(ask.template, outcome, seconds)
            log.info(
                "toss.asked",
                path=ask.template,
                order_id=ask.order_id,
                payment=ask.payment,
                status=status,
                outcome=outcome,
                code=code,
                ms=round(seconds * 1000, 1),
            )

    def _heard(self, ask: Ask) -> Heard:
        """The answer, after repeats where these are safe and there is time for them."""
        if ask.is_charge and faults.happens("toss.decline", to=ask.idempotency_key):
            return _declined()
        deadline = time.monotonic() + self._settings.timeout_s
        pauses = LOOK_PAUSES if ask.call is Call.FIND else CALL_PAUSES
        for around in pauses:
            heard = self._breaker.call(lambda: self._sent(ask, deadline))
            wait = around * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
            if not _is_repeatable(ask, heard) or time.monotonic() + wait > deadline:
                return heard
            self._pause(wait)
        return self._breaker.call(lambda: self._sent(ask, deadline))

    def _sent(self, ask: Ask, deadline: float) -> Heard:
        if faults.happens("toss.before-call"):
            return NotDone(NOT_REACHED, "Not reached, by a fault turned on here.")
        heard = self._line.exchange(ask, deadline)
        if isinstance(heard, Answer) and faults.happens("toss.after-answer"):
            return InDoubt(NO_ANSWER, "No answer, by a fault turned on here.")
        return heard


def _is_failure(heard: Heard) -> bool:
    """No answer, or that of a Toss that is not well: a clear no is Toss at work."""
    if isinstance(heard, Answer):
        return heard.is_failing
    return heard.code != TOO_BUSY  # that is ours


def _is_repeatable(ask: Ask, heard: Heard) -> bool:
    """True for what never left, and for a look that nobody, or a server error, met."""
    if isinstance(heard, Answer):
        return ask.call is Call.FIND and heard.status >= 500
    return heard.code == NOT_REACHED or (
        ask.call is Call.FIND and heard.code == NO_ANSWER
    )


def _sure(found: T | RemoteError) -> T:
    """What was found, where it is no error; else the error is raised."""
    if isinstance(found, RemoteError):
        raise found
    return found


def _meant(ask: Ask, answer: Answer) -> RemotePayment | RemoteError | None:
    """The payment in an answer; None where a look says there is none."""
    if answer.is_success:
        return payment_of(answer.body)
    code, message = answer.complaint()
    if finds_none(ask.call, code):
        return None
    return error_of(ask.call, answer.status, code, message)


def _declined() -> RemoteError:
    return RemoteDeclined("REJECT_CARD_PAYMENT", "Declined by a fault turned on here.")
