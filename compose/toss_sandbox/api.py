"""Toss's API: every call is authorised, logged, and answered once for its key."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from compose.toss_sandbox import effects, idempotency, request_log
from compose.toss_sandbox.behaviour import AnswerLost, mood_of
from compose.toss_sandbox.cards import BILLING_KEYS, Card, card_of
from compose.toss_sandbox.errors import CODES, TossError
from compose.toss_sandbox.models import TossPayment
from compose.toss_sandbox.payment_json import shown

TEST_CODE = "TossPayments-Test-Code"
Effect = Callable[[dict[str, Any]], TossPayment]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what it does, and to which payment where the path says so."""

    name: str
    request: HttpRequest
    body: dict[str, Any]
    effect: Effect
    payment_key: str = ""
    order_id: str = ""
    billing_key: str = ""


@csrf_exempt
@require_POST
def confirm(request: HttpRequest) -> HttpResponseBase:
    """POST /v1/payments/confirm."""
    return answer(Call("confirm", request, read(request), effects.confirm))


@csrf_exempt
@require_POST
def cancel(request: HttpRequest, payment_key: str) -> HttpResponseBase:
    """POST /v1/payments/{paymentKey}/cancel."""

    def effect(body: dict[str, Any]) -> TossPayment:
        return effects.cancel(payment_key, body)

    return answer(Call("cancel", request, read(request), effect, payment_key))


@csrf_exempt
@require_POST
def billing(request: HttpRequest, billing_key: str) -> HttpResponseBase:
    """POST /v1/billing/{billingKey}."""

    def effect(body: dict[str, Any]) -> TossPayment:
        return effects.charge_agreed(billing_key, body)

    call = Call("billing", request, read(request), effect, billing_key=billing_key)
    return answer(call)


@require_GET
def by_key(request: HttpRequest, payment_key: str) -> HttpResponseBase:
    """GET /v1/payments/{paymentKey}."""

    def effect(body: dict[str, Any]) -> TossPayment:
        return _there(effects.find_by_key(payment_key))

    return answer(Call("find", request, {}, effect, payment_key))


@require_GET
def by_order(request: HttpRequest, order_id: str) -> HttpResponseBase:
    """GET /v1/payments/orders/{orderId}."""

    def effect(body: dict[str, Any]) -> TossPayment:
        return _there(effects.find_by_order(order_id))

    return answer(Call("find", request, {}, effect, order_id=order_id))


def read(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body; an empty one where there is none."""
    try:
        body = json.loads(request.body or b"{}", parse_float=Decimal)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def answer(call: Call) -> HttpResponseBase:
    """The answer to a call, or a connection that breaks instead."""
    begin = time.perf_counter()
    entry = request_log.opened(call.request, call.body, call.payment_key, call.order_id)
    status, body, replayed, code = 0, "", False, "ANSWER_LOST"
    try:
        status, body, replayed = _answered(call)
        code = "" if status < 400 else json.loads(body)["code"]
    except TossError as error:
        status, body, code = error.status, dumped(error.body), error.code
    except AnswerLost:
        return broken()
    finally:
        ms = (time.perf_counter() - begin) * 1000
        request_log.closed(entry, status, code, ms, replayed=replayed)
    return HttpResponse(body, status=status, content_type="application/json")


def broken() -> StreamingHttpResponse:
    """An answer that breaks off: the client has no way to know what was done."""

    def nothing() -> Iterator[bytes]:
        yield b'{"paymentKey'
        raise ConnectionResetError("the sandbox was asked to lose this answer")

    response = StreamingHttpResponse(nothing(), content_type="application/json")
    response["Content-Length"] = "4096"
    return response


def _answered(call: Call) -> tuple[int, str, bool]:
    """Status, body, and whether it was given before. Raises TossError, AnswerLost."""
    _authorise(call.request)
    mood = mood_of(call.name)
    if mood.refuses:
        raise AnswerLost
    time.sleep(mood.seconds)  # somebody asked for it
    if mood.error:
        raise mood.error
    _test_code(call.request)
    key = ""
    if call.request.method == "POST":
        key = idempotency.key_of(
            call.request.headers.get("Idempotency-Key", ""),
            settings.SECRET_API_KEY,
            call.request.method,
            call.request.path,
        )
    before = idempotency.begun(key) if key else None
    if before is not None:
        return before[0], dumped(before[1]), True
    try:
        found = _first_answer(call, key)
    except AnswerLost:
        raise  # there was an effect, and its answer is kept
    except Exception:
        idempotency.forget(key)
        raise
    if mood.loses_answer:
        raise AnswerLost
    return *found, False


def _first_answer(call: Call, key: str) -> tuple[int, str]:
    """Give the call its effect, as its card does it, and keep the answer."""
    card = _card(call)
    charges = call.name in ("confirm", "billing")
    if charges:
        time.sleep(card.slow_s)  # the card's documented way
    spoiled = _spoiled(call, card, key)
    if spoiled is not None:
        return spoiled
    status, body = _take_effect(call, key)
    charged = charges and status == 200
    if charged and card.fails_after:
        refusal = TossError(card.fails_after)
        status, body = refusal.status, dumped(refusal.body)
        idempotency.keep(key, status, body)
    if charged and card.loses_answer:
        raise AnswerLost
    return status, body


def _take_effect(call: Call, key: str) -> tuple[int, str]:
    try:
        with transaction.atomic():
            payment = call.effect(call.body)
            if payment.failure_code and call.name != "find":
                refusal = TossError(payment.failure_code)
                status, body = refusal.status, dumped(refusal.body)
            else:
                status, body = 200, dumped(shown(payment))
            idempotency.keep(key, status, body)
    except TossError as error:
        status, body = error.status, dumped(error.body)
        idempotency.keep(key, status, body)
    return status, body


def _spoiled(call: Call, card: Card, key: str) -> tuple[int, str] | None:
    """The error of a card that fails so often before it works."""
    limit = {"confirm": card.spoils, "billing": card.spoils, "cancel": card.keeps}
    code = "COMMON_ERROR" if call.name == "cancel" else "PROVIDER_ERROR"
    payment_key = call.payment_key or str(call.body.get("paymentKey", ""))
    payment = TossPayment.objects.filter(payment_key=payment_key).first()
    if payment is None or payment.mishaps >= limit.get(call.name, 0):
        return None
    payment.mishaps += 1
    payment.save(update_fields=["mishaps"])
    refusal = TossError(code)
    idempotency.keep(key, refusal.status, dumped(refusal.body))
    return refusal.status, dumped(refusal.body)


def _card(call: Call) -> Card:
    if call.billing_key:
        return card_of(BILLING_KEYS.get(call.billing_key, ""))
    key = call.payment_key or str(call.body.get("paymentKey", ""))
    found = TossPayment.objects.filter(payment_key=key).values_list("card_number")
    return card_of(found[0][0] if found else "")


def _authorise(request: HttpRequest) -> None:
    kind, _, code = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(code, validate=True) if kind == "Basic" else b""
    except binascii.Error:
        given = b""
    if not hmac.compare_digest(given, f"{settings.SECRET_API_KEY}:".encode()):
        raise TossError("UNAUTHORIZED_KEY")


def _test_code(request: HttpRequest) -> None:
    code = request.headers.get(TEST_CODE, "")
    if code:
        raise TossError(code if code in CODES else "INVALID_REQUEST")


def _there(payment: TossPayment | None) -> TossPayment:
    if payment is None:
        raise TossError("NOT_FOUND_PAYMENT")
    return payment


def dumped(body: Any) -> str:
    """JSON as Toss sends it."""
    return json.dumps(body, ensure_ascii=False)
