"""Who may see a page or act on it: the rights of the API, for pages.

See common.web.permissions: open on this machine in demo and test, a signed-in user's
rights in production.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers
from django_htmx.middleware import HtmxDetails

from common.ui.pages import PageRequest
from common.web.permissions import (
    IsOperator,
    MayOrder,
    MayRead,
    is_open_to,
    refuse_foreign_pages,
)

READ, ORDER, OPERATE = MayRead.right, MayOrder.right, IsOperator.right

P = ParamSpec("P")
View = Callable[Concatenate[PageRequest, P], HttpResponseBase]
DjangoView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def may(request: HttpRequest, right: str) -> bool:
    """True where this request's caller has the right."""
    return is_open_to(cast("Any", request)) or request.user.has_perm(right)


def needs(right: str) -> Callable[[View[P]], DjangoView[P]]:
    """Guard a view: nobody is asked to sign in, a user without the right gets a 403.

    The guarded view carries `right`, so that a test can find one without a guard.
    """

    def guard(view: View[P]) -> DjangoView[P]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if is_open_to(cast("Any", request)):
                refuse_foreign_pages(cast("Any", request))
            elif not request.user.is_authenticated:
                return _sign_in_first(request)
            elif not request.user.has_perm(right):
                raise PermissionDenied
            return view(_as_page(request), *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return guard


def _as_page(request: HttpRequest) -> PageRequest:
    """OnPages passes by who asks for no type of answer, as curl and crawlers do."""
    if not hasattr(request, "htmx"):
        request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    return cast("PageRequest", request)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and from there back to the page (not to a part or a POST)."""
    is_part = request.headers.get("HX-Request") == "true"
    if is_part:
        address = resolve_url(settings.LOGIN_URL)
        response = HttpResponse(status=204, headers={"HX-Redirect": address})
        add_never_cache_headers(response)
        return response
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    return redirect_to_login(back)
