"""The addresses of Toss's API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from compose.toss_sandbox import effects
from compose.toss_sandbox.calls import Call, answer, refused
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import TossPayment


@csrf_exempt
@require_POST
def confirm(request: HttpRequest) -> HttpResponseBase:
    """POST /v1/payments/confirm."""
    return answer(Call(name="confirm", request=request, effect=effects.confirm))


@csrf_exempt
@require_POST
def cancel(request: HttpRequest, payment_key: str) -> HttpResponseBase:
    """POST /v1/payments/{paymentKey}/cancel."""

    def effect(body: dict[str, Any]) -> TossPayment:
        return effects.cancel(payment_key, body)

    call = Call(name="cancel", request=request, effect=effect, payment_key=payment_key)
    return answer(call)


@csrf_exempt
@require_POST
def billing(request: HttpRequest, billing_key: str) -> HttpResponseBase:
    """POST /v1/billing/{billingKey}."""

    def effect(body: dict[str, Any]) -> TossPayment:
        return effects.charge_agreed(billing_key, body)

    call = Call(name="billing", request=request, effect=effect, billing_key=billing_key)
    return answer(call)


@require_GET
def by_key(request: HttpRequest, payment_key: str) -> HttpResponseBase:
    """GET /v1/payments/{paymentKey}."""

    def effect(body: dict[str, Any]) -> TossPayment:
        return effects.look_up(payment_key=payment_key)

    call = Call(name="find", request=request, effect=effect, payment_key=payment_key)
    return answer(call)


@require_GET
def by_order(request: HttpRequest, order_id: str) -> HttpResponseBase:
    """GET /v1/payments/orders/{orderId}."""

    def effect(body: dict[str, Any]) -> TossPayment:
        return effects.look_up(order_id=order_id)

    call = Call(name="find", request=request, effect=effect, order_id=order_id)
    return answer(call)


@csrf_exempt
def nothing(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """No other address is the API's."""
    return refused(TossError("NOT_FOUND"))
