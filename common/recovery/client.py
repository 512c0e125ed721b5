"""Asking the payment service, over HTTP, to ensure a payment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import httpx
import msgspec

from common.conf.service import service_url
from common.contracts import wire
from common.contracts.base import Refused
from common.contracts.payment import PaymentProcessed
from common.recovery.claim import claim_of, refusal_of
from common.recovery.models import Recovery

PATH = "/api/payments/create-from-toss"
# It asks Toss meanwhile, and may have to give money back.
TIMEOUT = httpx.Timeout(30.0, connect=2.0)
# Refusals that say that the customer's money is, or was, at Toss; others deny it.
CHARGED = frozenset({"PAYMENT_REFUNDED", "PAYMENT_CANCELLED", "AMOUNT_MISMATCH"})
# These mean: not now. So does every status from 500 on.
LATER = frozenset({408, 425, 429})
MAX_MESSAGE = 1000

Finding = PaymentProcessed | Refused


class NoAnswer(Exception):
    """The payment service cannot say now; it is asked again soon."""


class NotTaken(Exception):
    """The payment service does not understand the question: a person should look."""


class _Paid(msgspec.Struct, rename="camel"):
    payment_id: str
    transaction_id: str | None = None


class _Ensured(msgspec.Struct):
    payment: _Paid


class _Problem(msgspec.Struct):
    code: str = ""
    detail: str = ""
    message: str = ""


class PaymentService:
    """The payment service as the recovery sees it."""

    def __init__(self, http: httpx.Client) -> None:
        """`http` knows the service's address, credentials and time limits."""
        self._http = http

    def ensure(self, row: Recovery) -> Finding:
        """The payment as it is booked, or why it cannot be.

        Raises NoAnswer, NotTaken.
        """
        try:
            answer = self._http.post(
                PATH,
                content=wire.encode(claim_of(row)),
                headers={"Content-Type": "application/json"},
            )
        except httpx.HTTPError as error:
            # The kind says enough, and an error's text may hold the address.
            kind = type(error).__name__
            raise NoAnswer(f"the payment service does not answer: {kind}") from None
        return _read(answer, refusal_of(row))


@contextmanager
def payment_service() -> Iterator[PaymentService]:
    """The payment service at PAYMENT_URL; a user and password in it sign us in."""
    address = urlsplit(service_url("payment"))
    auth = None
    if address.username is not None:
        password = unquote(address.password or "")
        auth = httpx.BasicAuth(unquote(address.username), password)
    # Without them: what logs the address does not log the password.
    place = address._replace(netloc=address.netloc.rpartition("@")[2])
    with httpx.Client(base_url=place.geturl(), auth=auth, timeout=TIMEOUT) as http:
        yield PaymentService(http)


def _read(answer: httpx.Response, heard: Refused) -> Finding:
    status = answer.status_code
    if status in (httpx.codes.OK, httpx.codes.CREATED):
        return _paid(answer)
    problem = _problem(answer)
    said = f"{problem.code}: {problem.detail or problem.message}"[:MAX_MESSAGE]
    if status == httpx.codes.CONFLICT:
        return _refused(heard, problem.code, said)
    if status in LATER or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise NoAnswer(f"the payment service answers {status}: {said}")
    raise NotTaken(f"the payment service answers {status}: {said}")


def _refused(heard: Refused, code: str, said: str) -> Refused:
    """The refusal that was heard, which is one; where nothing was charged, as such."""
    data = heard.toss_payment_data if code in CHARGED else None
    return msgspec.structs.replace(heard, message=said, toss_payment_data=data)


def _paid(answer: httpx.Response) -> PaymentProcessed:
    try:
        paid = msgspec.json.decode(answer.content, type=_Ensured).payment
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotTaken("the payment service's answer names no payment") from None
    return PaymentProcessed(
        payment_id=paid.payment_id, transaction_id=paid.transaction_id
    )


def _problem(answer: httpx.Response) -> _Problem:
    try:
        return msgspec.json.decode(answer.content, type=_Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Problem(message="it says no more")
