"""Orders: the lists, one order as it goes along, and what can be done about it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from common.conf.profile import Profile
from common.ui.pages import fragment, page
from common.ui.paging import page_of
from common.web.peers import Refused
from order_svc.storefront import goods, kept, selectors, services, words
from order_svc.storefront.purchase import Purchase
from order_svc.storefront.selectors import Found, Wanted

MINE, ALL = "mine", "all"
# How many there are, only the answer says: any page may be asked for.
ANY_COUNT = 10**8


@require_safe
def listed(request: HttpRequest, mode: str) -> HttpResponse:
    """The orders of one pattern, newest first; again and again as a part."""
    whose = MINE if _hides_others() else request.GET.get("whose", ALL)
    customer = request.GET.get("customer", "").strip()[:64]
    found = _found(request, mode, whose, customer)
    context = {
        "title": words.LISTS[mode],
        "about": words.PATTERNS[mode],
        "whose": whose,
        "customer": customer,
        "purchases": found.purchases,
        "page": page_of(request, found.total_count, default=10),
        "hides_others": _hides_others(),
    }
    if request.headers.get("HX-Request") == "true":
        return fragment(request, "shop/_orders.html", context)
    return page(request, "shop/orders.html", context)


@require_safe
def order(request: HttpRequest, order_id: str) -> HttpResponse:
    """How far an order is."""
    return page(request, "shop/order.html", _story(request, known(order_id)))


@require_safe
def progress(request: HttpRequest, order_id: str) -> HttpResponse:
    """The same, asked again and again."""
    return fragment(request, "shop/_progress.html", _story(request, known(order_id)))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, order_id: str) -> HttpResponse:
    """What a cancel will do; and the cancel."""
    _refuse_others(request, order_id)
    if request.method != "POST":
        context = {
            "title": gettext("Cancel this order?"),
            "purchase": known(order_id),
        }
        return page(request, "shop/cancel.html", context)
    said = " ".join(request.POST.get("reason", "").split())[:200]
    try:
        services.cancel(order_id, said)
    except Refused as refused:
        messages.warning(request, words.not_cancelled(refused.code, refused.detail))
    else:
        messages.success(request, gettext("Your order is being cancelled."))
    return _to_order(order_id)


@require_http_methods(["GET", "HEAD", "POST"])
def retry(request: HttpRequest, order_id: str) -> HttpResponse:
    """What another try will do; and the try."""
    _refuse_others(request, order_id)
    purchase = known(order_id)
    if request.method != "POST":
        context = {"title": gettext("Try this order again?"), "purchase": purchase}
        return page(request, "shop/retry.html", context)
    if purchase.saga is None or not purchase.can_be_retried:
        messages.warning(request, words.blocked(purchase))
        return _to_order(order_id)
    try:
        services.retry(purchase.saga)
    except Refused as refused:
        messages.warning(request, words.not_retried(refused.code, refused.detail))
    else:
        messages.success(request, gettext("We are trying your order once more."))
    return _to_order(order_id)


@require_POST
def again(request: HttpRequest, order_id: str) -> HttpResponse:
    """The same things are in the cart, to be ordered anew."""
    cart: dict[str, int] = {}
    for item in known(order_id).items:
        cart = goods.changed(cart, item["productId"], int(item["quantity"]))
    response = HttpResponseRedirect("/checkout", status=303)
    kept.keep_cart(response, cart)
    return response


def known(order_id: str) -> Purchase:
    """The order. Raises Http404."""
    found = selectors.purchase(order_id)
    if found is None:
        raise Http404
    return found


def may_act(request: HttpRequest, order_id: str) -> bool:
    """Who knows an order's id may look; to act takes the browser that placed it."""
    return not _hides_others() or order_id in kept.orders_of(request)


def _found(request: HttpRequest, mode: str, whose: str, customer: str) -> Found:
    asked = page_of(request, ANY_COUNT, default=10)
    wanted = Wanted(
        mode=mode,
        only=kept.orders_of(request) if whose == MINE else None,
        customer=customer,
        page=asked.number,
        limit=asked.limit,
    )
    try:
        return selectors.purchases(wanted)
    except Refused as refused:
        if refused.code != "INVALID_INPUT":
            raise
        return Found([], 0)  # a customer's name that no order can have


def _story(request: HttpRequest, purchase: Purchase) -> dict[str, Any]:
    return {
        "title": words.headline(purchase),
        "purchase": purchase,
        "may_act": may_act(request, purchase.order_id),
    }


def _hides_others() -> bool:
    return bool(settings.APP_PROFILE == Profile.PRODUCTION)


def _refuse_others(request: HttpRequest, order_id: str) -> None:
    if not may_act(request, order_id):
        raise PermissionDenied


def _to_order(order_id: str) -> HttpResponse:
    return HttpResponseRedirect(f"/orders/{order_id}", status=303)
