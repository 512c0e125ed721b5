"""One call of Toss's API: authorised, logged, and answered once for its key."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter, sleep
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from common.conf.toss_sandbox import SECRET_KEY
from compose.toss_sandbox import idempotency, request_log
from compose.toss_sandbox.behaviour import AnswerLost, mood_of
from compose.toss_sandbox.books import writing
from compose.toss_sandbox.cards import BILLING_KEYS, CARDS, GOOD, Card
from compose.toss_sandbox.errors import CODES, TossError
from compose.toss_sandbox.models import TossPayment
from compose.toss_sandbox.payment_json import shown
from compose.toss_sandbox.reading import object_in

TEST_CODE = "TossPayments-Test-Code"
LOST = "ANSWER_LOST"
Effect = Callable[[dict[str, Any]], TossPayment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked, and of which payment where the path says so."""

    name: str  # confirm | cancel | billing | find
    request: HttpRequest
    effect: Effect
    payment_key: str = ""
    order_id: str = ""
    billing_key: str = ""

    @property
    def charges(self) -> bool:
        """True where money is taken."""
        return self.name in ("confirm", "billing")


@dataclass(frozen=True, slots=True)
class Given:
    """An answer; `code` is that of its error."""

    status: int
    body: str
    code: str = ""
    replayed: bool = False


def answer(call: Call) -> HttpResponseBase:
    """The answer to a call, or a connection that breaks instead."""
    begin = perf_counter()
    body, complaint = _body(call.request)
    entry = request_log.opened(call.request, body, call.payment_key, call.order_id)
    given = Given(500, _dumped(TossError("COMMON_ERROR").body), "COMMON_ERROR")
    try:
        given = _guarded(call, body, complaint)
    except AnswerLost:
        given = Given(0, "", LOST)
        return broken()
    finally:
        ms = (perf_counter() - begin) * 1000
        request_log.closed(entry, given.status, given.code, ms, given.replayed)
    return _response(given)


def refused(error: TossError) -> HttpResponse:
    """An error as the API writes it."""
    return _response(_given(error))


def broken() -> StreamingHttpResponse:
    """An answer that breaks off: the client has no way to know what was done."""
    # It ends before the length that it promised, so the server cuts the line.
    beginning = iter([b'{"mId'])
    response = StreamingHttpResponse(beginning, content_type="application/json")
    response["Content-Length"] = "4096"
    return response


def _body(request: HttpRequest) -> tuple[dict[str, Any], TossError | None]:
    if request.method == "GET":
        return {}, None
    try:
        return object_in(request), None
    except TossError as error:
        return {}, error


def _guarded(call: Call, body: dict[str, Any], complaint: TossError | None) -> Given:
    """What comes of the call under the moods that are on. Raises AnswerLost."""
    try:
        _authorise(call.request)
        mood = mood_of(call.name)
        if mood.refuses:
            raise AnswerLost
        sleep(mood.seconds)  # somebody asked for a slow answer
        if mood.error:
            raise mood.error
        if complaint:
            raise complaint
        given = _once(call, body)
    except TossError as error:
        return _given(error)
    if mood.loses_answer:
        raise AnswerLost
    return given


def _once(call: Call, body: dict[str, Any]) -> Given:
    """The first answer to the call's key. Raises TossError, AnswerLost."""
    method = call.request.method or ""
    header = call.request.headers.get("Idempotency-Key", "")
    header = header if method == "POST" else ""  # what only reads needs none
    key = idempotency.key_of(header, SECRET_KEY, method, call.request.path)
    before = idempotency.begun(key) if key else None
    if before is not None:
        return Given(*before, code=_code(before[1]), replayed=True)
    try:
        return _first(call, body, key)
    except BaseException:
        idempotency.forget(key)  # where it has an answer, that is kept
        raise


def _first(call: Call, body: dict[str, Any], key: str) -> Given:
    """Give the call its effect, as its card does it. Raises AnswerLost."""
    if code := call.request.headers.get(TEST_CODE, ""):
        return _kept(key, TossError(code if code in CODES else "INVALID_REQUEST"))
    card = _card(call, body)
    if call.charges:
        sleep(card.slow_s)  # the card's documented way
    with writing():
        spoiled = _spoiled(call, card, body)
        given = _given(spoiled) if spoiled else _effect(call, body)
        charged = call.charges and given.status == 200
        if charged and card.fails_after:
            given = _given(TossError(card.fails_after))
        idempotency.keep(key, given.status, given.body)
    if charged and card.loses_answer:
        raise AnswerLost
    return given


def _kept(key: str, error: TossError) -> Given:
    given = _given(error)
    with writing():
        idempotency.keep(key, given.status, given.body)
    return given


def _effect(call: Call, body: dict[str, Any]) -> Given:
    try:
        with writing():
            payment = call.effect(body)
    except TossError as error:
        return _given(error)
    if call.charges and payment.failure_code:
        return _given(TossError(payment.failure_code))
    return Given(200, _dumped(shown(payment)))


def _spoiled(call: Call, card: Card, body: dict[str, Any]) -> TossError | None:
    """The error of a card that fails so often before it works."""
    limit, code = _SPOILS[call.name](card)
    payment = _payment(call, body) if limit else None
    if payment is None or payment.mishaps >= limit:
        return None
    payment.mishaps += 1
    payment.save(update_fields=["mishaps"])
    return TossError(code)


_SPOILS: Mapping[str, Callable[[Card], tuple[int, str]]] = {
    "confirm": lambda card: (card.spoils, "PROVIDER_ERROR"),
    "billing": lambda card: (card.spoils, "PROVIDER_ERROR"),
    "cancel": lambda card: (card.keeps, "COMMON_ERROR"),
    "find": lambda card: (0, ""),
}


def _card(call: Call, body: dict[str, Any]) -> Card:
    if call.billing_key:
        return BILLING_KEYS.get(call.billing_key, GOOD)
    payment = _payment(call, body)
    return CARDS.get(payment.card_number, GOOD) if payment else GOOD


def _payment(call: Call, body: dict[str, Any]) -> TossPayment | None:
    key = call.payment_key or body.get("paymentKey")
    known = isinstance(key, str) and key.startswith("tsb_")
    found = TossPayment.objects.filter(payment_key=key) if known else None
    return found.first() if found else None


def _authorise(request: HttpRequest) -> None:
    kind, _, code = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(code, validate=True) if kind == "Basic" else b""
    except (binascii.Error, ValueError):
        given = b""
    if not hmac.compare_digest(given, f"{SECRET_KEY}:".encode()):
        raise TossError("UNAUTHORIZED_KEY")


def _given(error: TossError) -> Given:
    return Given(error.status, _dumped(error.body), error.code)


def _code(body: str) -> str:
    return str(json.loads(body).get("code", ""))


def _response(given: Given) -> HttpResponse:
    return HttpResponse(
        given.body, status=given.status, content_type="application/json"
    )


def _dumped(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)
