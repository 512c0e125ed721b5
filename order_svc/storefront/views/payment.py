"""Paying by card: to the window, and back from it."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from common.ui.pages import fragment, page
from common.web.converters import IdConverter
from common.web.peers import Refused
from order_svc.storefront import services, words
from order_svc.storefront.purchase import TOSS, Money, Phase, Purchase
from order_svc.storefront.views.orders import known, may_act
from order_svc.storefront.window import TOSS_POLICY, TOSS_SCRIPT, Kind

_is_id = re.compile(IdConverter.regex).fullmatch
MOST_OF_A_NAME = 100
MOST_OF_A_KEY = 200


@require_safe
def pay(request: HttpRequest, order_id: str) -> HttpResponse:
    """The way to the window; where there is nothing to pay, to the order."""
    purchase = known(order_id)
    if not _waits(purchase):
        return HttpResponseRedirect(f"/orders/{order_id}", status=303)
    context = {
        "title": gettext("Pay for your order"),
        "may_act": may_act(request, order_id),
        **_opening(request, purchase),
    }
    response = page(request, "shop/pay.html", context)
    if context["loads_toss"]:
        response.headers["Content-Security-Policy"] = TOSS_POLICY
    return response


@require_safe
def ready(request: HttpRequest, order_id: str) -> HttpResponse:
    """Asked until the customer can pay, or no longer needs to."""
    purchase = known(order_id)
    if purchase.phase is Phase.TO_PAY or not _waits(purchase):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return fragment(request, "shop/_preparing.html", {"purchase": purchase})


@require_safe
def success(request: HttpRequest) -> HttpResponse:
    """The customer comes back from the window, and is charged: once, our amount.

    A reload asks again, and gets the same answer.
    """
    purchase = _named(request)
    key = request.GET.get("paymentKey", "")[:MOST_OF_A_KEY]
    if not key:
        return HttpResponseRedirect(f"/payment/{purchase.order_id}", status=303)
    try:
        services.confirm(purchase, key)
    except Refused as refused:
        return _refused(request, purchase.order_id, refused.code, refused.detail)
    context = {
        "title": gettext("Thank you"),
        "purchase": known(purchase.order_id),
        "may_act": may_act(request, purchase.order_id),
    }
    return page(request, "shop/paid.html", context)


@require_safe
def fail(request: HttpRequest) -> HttpResponse:
    """The customer comes back without having paid."""
    code = request.GET.get("code", "")[:MOST_OF_A_NAME]
    said = request.GET.get("message", "")
    return _refused(request, _named(request).order_id, code, said)


def _refused(request: HttpRequest, order_id: str, code: str, said: str) -> HttpResponse:
    now = known(order_id)
    if now.money is Money.TAKEN:
        messages.info(request, words.refusal(code, said))
        return HttpResponseRedirect(f"/orders/{order_id}", status=303)
    context = {
        "title": gettext("Not paid yet"),
        "purchase": now,
        "why": words.refusal(code, said),
        "in_doubt": code == services.IN_DOUBT,
        "may_act": may_act(request, order_id),
    }
    return page(request, "shop/unpaid.html", context)


def _named(request: HttpRequest) -> Purchase:
    """The order that the address names: by our own word for it, else by Toss's."""
    order_id = request.GET.get("order") or request.GET.get("orderId", "")
    if not _is_id(order_id):
        raise Http404
    return known(order_id)


def _waits(purchase: Purchase) -> bool:
    """True while the customer is to pay, or is about to be."""
    if purchase.phase is Phase.TO_PAY:
        return True
    is_new = purchase.payment is None and purchase.phase is Phase.RUNNING
    return is_new and purchase.method in {TOSS, ""}


def _opening(request: HttpRequest, purchase: Purchase) -> dict[str, Any]:
    window, payment = settings.PAYMENT_WINDOW, purchase.payment
    can_pay = payment is not None and purchase.phase is Phase.TO_PAY
    back = f"?order={purchase.order_id}"
    opening = {
        "orderId": payment.toss_order_id if payment else "",
        "amount": str(payment.amount) if payment else "",
        "orderName": words.title_of(purchase)[:MOST_OF_A_NAME],
        "customerKey": purchase.customer_id,
        "successUrl": request.build_absolute_uri(f"/payment/success{back}"),
        "failUrl": request.build_absolute_uri(f"/payment/fail{back}"),
    }
    is_sandbox = window.kind is Kind.SANDBOX
    return {
        "purchase": purchase,
        "can_pay": can_pay,
        "opening": opening,
        "window": window,
        "address": window.address(**opening) if is_sandbox and can_pay else "",
        "loads_toss": window.kind is Kind.TOSS and can_pay,
        "toss_script": TOSS_SCRIPT,
    }
