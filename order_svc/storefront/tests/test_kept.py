"""What the browser keeps: signed, bounded, each in a cookie of its own."""

from __future__ import annotations

from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory

from order_svc.storefront import kept


def test_the_oldest_orders_are_forgotten() -> None:
    """The last fifty are kept, the newest first, and fit into a cookie."""
    ids = [f"ORD-{number:032x}" for number in range(60)]
    cookie = ""
    for order_id in ids:
        request = RequestFactory().get("/")
        request.COOKIES[kept.ORDERS] = cookie
        response = HttpResponse()
        kept.keep_order(request, response, order_id)
        cookie = response.cookies[kept.ORDERS].value
    request = RequestFactory().get("/")
    request.COOKIES[kept.ORDERS] = cookie
    assert kept.orders_of(request) == ids[:9:-1]
    assert len(cookie) < 3500


def test_a_value_of_another_cookie_is_none() -> None:
    """A cart is no list of orders, though the shop signed both."""
    request = RequestFactory().get("/")
    request.COOKIES[kept.ORDERS] = signing.dumps(["ORD-1"], salt=kept.CART)
    assert kept.orders_of(request) == []


def test_scripts_do_not_see_it() -> None:
    """Nor do requests of other sites carry it in a form."""
    response = HttpResponse()
    kept.keep_cart(response, {"PROD001": 1})
    cookie = response.cookies[kept.CART]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
