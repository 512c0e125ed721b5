"""What only pages need, kept away from the API's hot path."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase, HttpResponseNotAllowed
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django_htmx.middleware import HtmxMiddleware

from common.ui import errors
from common.web.errors import ApplicationError, NotAllowed, as_application_error
from common.web.middleware import STYLED_PATHS

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class OnPages:
    """The person's language and htmx's headers, for what a browser asks to show."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.on_pages = LocaleMiddleware(HtmxMiddleware(get_response))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, as a page where it is one."""
        if not is_for_a_page(request):
            return self.get_response(request)
        before = translation.get_language()
        try:
            response = cast("HttpResponseBase", self.on_pages(request))
            if isinstance(response, HttpResponseNotAllowed):
                return not_allowed(request, response)
            return response
        finally:
            # The thread goes on to requests that are no pages.
            translation.activate(before or "en")

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """A page for what a page's view raised; for the rest see RequestMiddleware."""
        if isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation):
            return None
        if not is_for_a_page(request):
            return None
        error = as_application_error(exception)
        is_told = isinstance(exception, ApplicationError)
        return errors.answer(request, error, detail=error.detail if is_told else "")


def not_allowed(
    request: HttpRequest, response: HttpResponseNotAllowed
) -> HttpResponseBase:
    """The same answer with something to read in it."""
    shown = errors.answer(request, NotAllowed())
    shown.headers["Allow"] = response.headers["Allow"]
    return shown


def is_for_a_page(request: HttpRequest) -> bool:
    """True where a person will look at the answer in one of our own pages."""
    meta = request.META
    if "text/html" not in meta.get("HTTP_ACCEPT", "") and "HTTP_HX_REQUEST" not in meta:
        return False
    return not request.path.startswith((*STYLED_PATHS, "/static/"))
