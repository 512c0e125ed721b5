"""The head of the shop's pages: where to go, and how full the cart is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.ui.navigation import Link
from order_svc.storefront.kept import cart_of

LINKS = (
    Link(label=_("Products"), path="/", icon="box", under=("/checkout",)),
    Link(
        label=_("Guided orders"),
        path="/orchestration-orders",
        icon="list",
    ),
    Link(label=_("Hand-in-hand orders"), path="/choreography-orders", icon="list"),
)


def shop(request: HttpRequest) -> dict[str, Any]:
    """What every page of the shop shows."""
    return {
        "cart_count": sum(cart_of(request).values()),
        "without_session": True,  # nobody signs in here
        "is_demo": settings.APP_PROFILE != "production",
    }
