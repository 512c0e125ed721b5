"""Who may do what.

Production: a signed-in user with the right, which the groups of groups.py give. Demo
and test: everybody on this machine, since nothing else is let in; but no page of
another site may make a browser act here.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, ClassVar

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from common.conf.networks import Network
from common.conf.profile import Profile
from common.web.errors import Forbidden


class HasRight(BasePermission):
    """The caller has `right`, or is on this machine in a profile that is open."""

    right: ClassVar[str]
    message = "You do not have the right to do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        """True where the caller may."""
        if is_open_to(request):
            refuse_foreign_pages(request)
            return True
        return bool(request.user and request.user.has_perm(self.right))


class MayRead(HasRight):
    """May read everything: viewer, operator, admin."""

    right = "web.may_read"


class MayOrder(HasRight):
    """May place and cancel orders: operator, admin, or a client given the right."""

    right = "web.may_order"


class IsOperator(HasRight):
    """May retry, cancel sagas, refund, redrive and initialize: operator, admin."""

    right = "web.may_operate"


def is_open_to(request: Request) -> bool:
    """True for callers on this machine, or as good as on it, in demo and test."""
    if settings.APP_PROFILE == Profile.PRODUCTION:
        return False
    return is_near(request.META.get("REMOTE_ADDR", ""), settings.DEMO_NETWORKS)


def refuse_foreign_pages(request: Request) -> None:
    """Raise Forbidden where a browser acts for a page of another site.

    Without a sign-in there is no token to prove where a form came from; browsers say
    so themselves.
    """
    foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if foreign and request.method not in SAFE_METHODS:
        raise Forbidden("A page of another site may not act here.")


def is_near(address: str, networks: Sequence[Network] = ()) -> bool:
    """True for an address of this machine or of `networks`; False for what is none."""
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    return caller.is_loopback or any(caller in network for network in networks)
