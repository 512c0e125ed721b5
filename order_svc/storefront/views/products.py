"""The shelves, and the cart beside them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from common.ui.pages import fragment, page
from order_svc.storefront import goods, kept, selectors

AFTER_A_CHANGE = {"checkout": "/checkout", "home": "/#cart"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What there is, with live stock, and what the customer has chosen."""
    products = selectors.products()
    context = {
        "title": gettext("Products"),
        "products": products,
        **_cart(products, kept.cart_of(request)),
    }
    return page(request, "shop/home.html", context)


@require_safe
def shelves(request: HttpRequest) -> HttpResponse:
    """The shelves again, as they are now."""
    return fragment(request, "shop/_shelves.html", {"products": selectors.products()})


@require_POST
def change_cart(request: HttpRequest) -> HttpResponse:
    """So many of a product, or one more of it; as a part of the page for htmx."""
    cart = kept.cart_of(request)
    product_id = request.POST.get("product", "")[:100]
    products = selectors.products()
    if any(one.product_id == product_id for one in products):
        cart = goods.changed(cart, product_id, _quantity(request, cart, product_id))
    response = _changed(request, cart, products)
    kept.keep_cart(response, cart)
    return response


def _changed(
    request: HttpRequest, cart: dict[str, int], products: list[goods.Product]
) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        context = {**_cart(products, cart), "cart_count": sum(cart.values())}
        return page(request, "shop/_cart_changed.html", context)
    back = AFTER_A_CHANGE.get(request.POST.get("from", ""), "/#cart")
    return HttpResponseRedirect(back, status=303)


def _quantity(request: HttpRequest, cart: dict[str, int], product_id: str) -> int:
    """What the form asks for; `add` counts from what is there."""
    if "add" in request.POST:
        return cart.get(product_id, 0) + _number(request.POST["add"])
    return _number(request.POST.get("quantity", ""))


def _number(text: str) -> int:
    """A whole number, possibly below zero; anything else is none."""
    digits = text.strip().removeprefix("-")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 9
    return int(text.strip()) if is_number else 0


def _cart(products: list[goods.Product], cart: dict[str, int]) -> dict[str, Any]:
    return {"basket": goods.basket(cart, products)}
