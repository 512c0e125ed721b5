"""The till: who orders, how it shall go, and how it is paid."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from common.conf.profile import Profile
from common.ui.pages import page
from common.web.peers import Refused
from order_svc.storefront import goods, kept, selectors, services
from order_svc.storefront.forms import AUTO, CheckoutForm
from order_svc.storefront.goods import Basket
from order_svc.storefront.purchase import ORCHESTRATION, TOSS


@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """The form; sent, it makes one order, however often it is sent."""
    basket = goods.basket(kept.cart_of(request), selectors.products())
    if request.method != "POST":
        return _till(request, basket, CheckoutForm(_first(request)), is_new=True)
    form = CheckoutForm(request.POST)
    if not form.is_valid():
        return _till(request, basket, form)
    if not basket.lines:
        # The first of two clicks has made the order, and emptied the cart.
        return _sent_already(request)
    if problem := _problem(form, basket):
        return _till(request, basket, _anew(form), problem)
    return _placed(request, basket, form)


def _first(request: HttpRequest) -> dict[str, str]:
    return {
        "customer": kept.customer_of(request),
        "mode": ORCHESTRATION,
        "method": TOSS if settings.PAYMENT_WINDOW.is_open else AUTO,
        "key": _new_key(),
    }


def _problem(form: CheckoutForm, basket: Basket) -> str:
    """Why this can't be ordered as it was seen; empty where it can."""
    if form.cleaned_data["total"] != basket.total:
        return gettext("A price or your cart has changed: please look once more.")
    if basket.short and settings.APP_PROFILE == Profile.PRODUCTION:
        return gettext("We have too little of something: please order less of it.")
    return ""


def _placed(request: HttpRequest, basket: Basket, form: CheckoutForm) -> HttpResponse:
    said = form.cleaned_data
    wanted = services.Checkout(
        customer_id=said["customer"],
        mode=said["mode"],
        method=said["method"],
        key=said["key"],
    )
    try:
        order_id = services.place(basket, wanted)
    except Refused as refused:
        return _till(request, basket, _anew(form), _words_for(refused))
    where = "payment" if wanted.method == TOSS else "orders"
    response = HttpResponseRedirect(f"/{where}/{order_id}", status=303)
    kept.keep_order(request, response, order_id)
    kept.keep_cart(response, {})
    kept.keep_customer(response, wanted.customer_id)
    return response


def _words_for(refused: Refused) -> str:
    if refused.code == "IDEMPOTENCY_KEY_REUSED":
        return gettext(
            "You have ordered with this form before, and changed it since. Look at "
            "your orders first; send it again to order a second time."
        )
    return gettext("The shop did not take the order: %(why)s") % {
        "why": refused.detail[:300] or refused.code
    }


def _sent_already(request: HttpRequest) -> HttpResponse:
    orders = kept.orders_of(request)
    if not orders:
        return HttpResponseRedirect("/", status=303)
    messages.info(request, gettext("Your order has been placed; here it is."))
    return HttpResponseRedirect(f"/orders/{orders[0]}", status=303)


def _anew(form: CheckoutForm) -> CheckoutForm:
    """The same form with a key of its own: sent again, it is another order."""
    said = {name: str(form.data.get(name, "")) for name in form.fields}
    return CheckoutForm({**said, "key": _new_key()})


def _till(
    request: HttpRequest,
    basket: Basket,
    form: CheckoutForm,
    problem: str = "",
    *,
    is_new: bool = False,
) -> HttpResponse:
    context = {
        "title": gettext("Checkout"),
        "basket": basket,
        "said": form.data,
        "errors": {} if is_new or problem else form.errors,
        "problem": problem,
        "window": settings.PAYMENT_WINDOW,
    }
    return page(request, "shop/checkout.html", context, status=200 if is_new else 422)


def _new_key() -> str:
    return secrets.token_urlsafe(18)
