"""What only pages need, kept away from the API's hot path."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django_htmx.middleware import HtmxMiddleware

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
            return cast("HttpResponseBase", self.on_pages(request))
        finally:
            # The thread goes on to requests that are no pages.
            translation.activate(before or "en")


def is_for_a_page(request: HttpRequest) -> bool:
    """True where a person will look at the answer in one of our own pages."""
    meta = request.META
    if "text/html" not in meta.get("HTTP_ACCEPT", "") and "HTTP_HX_REQUEST" not in meta:
        return False
    return not request.path.startswith((*STYLED_PATHS, "/static/"))
