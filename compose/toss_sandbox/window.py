"""What a person sees: the payment window, the receipt, and the sandbox's books."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from compose.toss_sandbox import effects
from compose.toss_sandbox.cards import CARDS, GOOD, digits_of, grouped
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import CHARGED, LoggedRequest, TossPayment
from compose.toss_sandbox.money import amount_in, number

CARD_DIGITS = range(13, 20)
NEWEST = 50
CLOSED = "PAY_PROCESS_CANCELED"


@require_http_methods(["GET", "POST"])
def window(request: HttpRequest) -> HttpResponse:
    """The customer enters a card and pays, or closes the window."""
    given = {name: request.GET.get(name, "") for name in FIELDS}
    try:
        amount = amount_in(_number(given["amount"]))
        success, fail = (_ours(given[name]) for name in ("successUrl", "failUrl"))
    except (TossError, ValueError) as error:
        return render(
            request, "toss_sandbox/broken.html", {"why": str(error)}, status=400
        )
    if request.method == "POST" and "close" in request.POST:
        return _back(
            fail, code=CLOSED, message=_("Closed by the customer."), **_id(given)
        )
    problem = ""
    if request.method == "POST":
        card = digits_of(request.POST.get("card", ""))
        if len(card) in CARD_DIGITS:
            return _paid(given, amount, card, success)
        problem = _("A card number has 13 to 19 digits.")
    page = {
        "given": given,
        "amount": amount,
        "problem": problem,
        "card": request.POST.get("card", grouped(GOOD.number)),
        "cards": [(grouped(card.number), card.meaning) for card in CARDS.values()],
    }
    return render(request, "toss_sandbox/window.html", page)


@require_GET
def receipt(request: HttpRequest, payment_key: str) -> HttpResponse:
    """The receipt of a charged payment."""
    payment = effects.find_by_key(payment_key)
    if payment is None or payment.status not in CHARGED:
        raise Http404
    page = {"payment": payment, "cancels": payment.cancels.all()}
    return render(request, "toss_sandbox/receipt.html", page)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The newest payments and calls."""
    page = {
        "payments": TossPayment.objects.all()[:NEWEST],
        "requests": LoggedRequest.objects.order_by("-id")[:NEWEST],
    }
    return render(request, "toss_sandbox/overview.html", page)


FIELDS = (
    "clientKey",
    "orderId",
    "amount",
    "orderName",
    "customerKey",
    "successUrl",
    "failUrl",
)


def _paid(
    given: dict[str, str], amount: Decimal, card: str, success: str
) -> HttpResponse:
    try:
        order_id = effects.text(given, "orderId")
    except TossError as error:
        return HttpResponseBadRequest(json.dumps(error.body))
    payment = effects.agree(order_id, amount, card, given["orderName"])
    return _back(
        success,
        paymentType="NORMAL",
        paymentKey=payment.payment_key,
        orderId=payment.order_id,
        amount=str(number(amount)),
    )


def _id(given: dict[str, str]) -> dict[str, str]:
    return {"orderId": given["orderId"]}


def _back(url: str, **answer: str) -> HttpResponse:
    joint = "&" if urlsplit(url).query else "?"
    return redirect(f"{url}{joint}{urlencode(answer)}")


def _ours(url: str) -> str:
    """An address of this machine. Raises ValueError: the sandbox leads nowhere else."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        is_here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if parts.scheme not in ("http", "https") or not is_here:
        raise ValueError("successUrl and failUrl must be addresses of this machine.")
    return url


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError("amount must be a number.") from None
