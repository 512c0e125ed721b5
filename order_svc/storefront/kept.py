"""What the customer's browser keeps for the shop: the cart, its orders, who it is.

Signed, so that nobody else writes it; each in a cookie of its own, so that two tabs
that change two things do not undo each other's change.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

CART, ORDERS, CUSTOMER = "shop_cart", "shop_orders", "shop_customer"
MOST_ORDERS = 50
KEEP_S = 90 * 24 * 3600


def cart_of(request: HttpRequest) -> dict[str, int]:
    """How many of each product the customer wants."""
    found = _read(request, CART)
    return found if isinstance(found, dict) else {}


def keep_cart(response: HttpResponse, cart: dict[str, int]) -> None:
    """The browser has this cart from now on."""
    _write(response, CART, cart)


def orders_of(request: HttpRequest) -> list[str]:
    """The ids of the orders that this browser has placed, the newest first."""
    found = _read(request, ORDERS)
    return found if isinstance(found, list) else []


def keep_order(request: HttpRequest, response: HttpResponse, order_id: str) -> None:
    """The browser knows the order as its own; the oldest beyond fifty is forgotten."""
    others = [one for one in orders_of(request) if one != order_id]
    _write(response, ORDERS, [order_id, *others][:MOST_ORDERS])


def customer_of(request: HttpRequest) -> str:
    """Who ordered last in this browser; empty where nobody has."""
    found = _read(request, CUSTOMER)
    return found if isinstance(found, str) else ""


def keep_customer(response: HttpResponse, customer_id: str) -> None:
    """The next form has the name in it."""
    _write(response, CUSTOMER, customer_id)


def _read(request: HttpRequest, name: str) -> Any:
    try:
        return signing.loads(request.COOKIES.get(name, ""), salt=name)
    except signing.BadSignature:
        return None


def _write(response: HttpResponse, name: str, value: Any) -> None:
    response.set_cookie(
        name,
        signing.dumps(value, salt=name, compress=True),
        max_age=KEEP_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
