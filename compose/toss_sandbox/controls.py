"""The sandbox's own interface for this machine: window, log, moods."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from compose.toss_sandbox import behaviour, effects, request_log, sessions
from compose.toss_sandbox.books import writing
from compose.toss_sandbox.calls import refused
from compose.toss_sandbox.cards import GOOD, Card, card_numbered
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import Behaviour, TossPayment
from compose.toss_sandbox.money import amount_in, number
from compose.toss_sandbox.payment_json import shown
from compose.toss_sandbox.reading import object_in

LOOPBACK = ("127.0.0.1", "::1")
OURS = ("same-origin", "same-site", "none")
NEWEST = 200

View = Callable[..., HttpResponse]


def here_only(view: View) -> View:
    """Only this machine may ask; a page of another site may not make a browser ask.

    Browsers say where a request comes from (Sec-Fetch-Site); programs do not.
    """

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        is_here = request.META.get("REMOTE_ADDR") in LOOPBACK
        if not is_here or request.headers.get("Sec-Fetch-Site", "none") not in OURS:
            return refused(TossError("FORBIDDEN_REQUEST", "This is for this machine."))
        try:
            return view(request)
        except TossError as error:
            return refused(error)

    return answer


@here_only
@require_http_methods(["GET", "POST"])
def payments(request: HttpRequest) -> HttpResponse:
    """POST: what the window does, in one call. GET: the newest payments."""
    if request.method == "GET":
        newest = TossPayment.objects.prefetch_related("cancels")[:NEWEST]
        return JsonResponse({"payments": [shown(one) for one in newest]})
    body = object_in(request)
    name = body.get("orderName") or ""
    wanted = sessions.Wanted(
        order_id=effects.text(body, "orderId"),
        amount=amount_in(body.get("amount")),
        order_name=effects.text(body, "orderName") if name else "",
    )
    payment = sessions.agreed(wanted, _card(body))
    found = {
        "paymentKey": payment.payment_key,
        "orderId": payment.order_id,
        "amount": number(payment.total),
    }
    return JsonResponse(found, status=201)


@here_only
@require_http_methods(["GET", "DELETE"])
def requests(request: HttpRequest) -> HttpResponse:
    """GET: the calls that came in. DELETE: forget them."""
    if request.method == "DELETE":
        request_log.clear()
        return HttpResponse(status=204)
    found = [request_log.shown(row) for row in request_log.selected(request.GET.dict())]
    return JsonResponse({"requests": found, "count": len(found)})


@here_only
@require_http_methods(["GET", "PUT", "POST", "DELETE"])
def behaviours(request: HttpRequest) -> HttpResponse:
    """GET: the moods that are on. PUT or POST: one more. DELETE: none."""
    with writing():
        if request.method == "DELETE":
            Behaviour.objects.all().delete()
            return HttpResponse(status=204)
        if request.method != "GET":
            behaviour.read(object_in(request)).save()
    found = [behaviour.shown(one) for one in Behaviour.objects.all()]
    return JsonResponse({"behaviours": found})


def health(request: HttpRequest) -> HttpResponse:
    """200 while the books can be read."""
    TossPayment.objects.exists()
    return JsonResponse({"service": "toss-sandbox", "status": "ok"})


def _card(body: dict[str, Any]) -> Card:
    if body.get("cardNumber") is None:
        return GOOD
    return card_numbered(effects.text(body, "cardNumber"))
