"""The sandbox's own interface for this machine: window, log, moods."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from compose.toss_sandbox import behaviour, effects, request_log
from compose.toss_sandbox.cards import GOOD, digits_of
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import Behaviour, LoggedRequest, TossPayment
from compose.toss_sandbox.money import amount_in, number
from compose.toss_sandbox.payment_json import shown

LOOPBACK = ("127.0.0.1", "::1")
NEWEST = 200

View = Callable[..., HttpResponse]


def here_only(view: View) -> View:
    """Only this machine may ask; a page of another site may not make a browser ask."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
        if request.META.get("REMOTE_ADDR") not in LOOPBACK or foreign:
            return JsonResponse({"message": "This is for this machine."}, status=403)
        return view(request, **kwargs)

    return csrf_exempt(answer)


@here_only
def payments(request: HttpRequest) -> HttpResponse:
    """POST: what the window does, in one call. GET: the newest payments."""
    if request.method == "GET":
        newest = TossPayment.objects.all()[:NEWEST]
        return JsonResponse({"payments": [shown(one) for one in newest]})
    if request.method != "POST":
        return JsonResponse({"message": "GET or POST"}, status=405)
    try:
        body = _object(request)
        order_id, amount = effects.text(body, "orderId"), amount_in(body.get("amount"))
        card = digits_of(str(body.get("cardNumber") or GOOD.number))
        name = str(body.get("orderName", ""))
        payment = effects.agree(order_id, amount, card, name)
    except TossError as error:
        return JsonResponse(error.body, status=error.status)
    found = {
        "paymentKey": payment.payment_key,
        "orderId": payment.order_id,
        "amount": number(payment.total),
    }
    return JsonResponse(found, status=201)


@here_only
def requests(request: HttpRequest) -> HttpResponse:
    """GET: the calls that came in. DELETE: forget them."""
    if request.method == "DELETE":
        LoggedRequest.objects.all().delete()
        return HttpResponse(status=204)
    rows = request_log.selected({k: str(v) for k, v in request.GET.items()})
    found = [request_log.shown(row) for row in rows]
    return JsonResponse({"requests": found, "count": len(found)})


@here_only
def behaviours(request: HttpRequest) -> HttpResponse:
    """GET: the moods that are on. PUT or POST: one more. DELETE: none."""
    if request.method == "DELETE":
        Behaviour.objects.all().delete()
        return HttpResponse(status=204)
    if request.method in ("PUT", "POST"):
        try:
            behaviour.read(_object(request)).save()
        except (ValueError, TossError) as error:
            return JsonResponse({"message": str(error)}, status=400)
    return JsonResponse(
        {"behaviours": [_shown(one) for one in Behaviour.objects.all()]}
    )


def health(request: HttpRequest) -> HttpResponse:
    """200 while the books can be read."""
    TossPayment.objects.exists()
    return JsonResponse({"service": "toss-sandbox", "status": "ok"})


def _object(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body or b"{}", parse_float=Decimal)
    except ValueError:
        raise TossError("INVALID_REQUEST", "The body is no JSON.") from None
    if not isinstance(body, dict):
        raise TossError("INVALID_REQUEST", "The body is no JSON object.")
    return body


def _shown(one: Behaviour) -> dict[str, Any]:
    return {
        "path": one.path,
        "action": one.action,
        "seconds": one.seconds,
        "status": one.status,
        "code": one.code,
        "times": one.times,
        "rate": one.rate,
    }
