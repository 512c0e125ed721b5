"""A service that is away is no error of the shop's: the customer is told, and waits."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from common.ui.pages import page
from common.web.peers import NoAnswer, Refused

log = structlog.get_logger(__name__)

RETRY_AFTER_S = 5


class Outages:
    """Turns what the services could not do into a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """A page with a 503, and a way to try again, for an outage."""
        if not isinstance(exception, NoAnswer | Refused):
            return None
        if isinstance(exception, Refused):  # no view expected it: our account's rights?
            said, code = str(exception), exception.code
            log.error("shop.refused", path=request.path, error=said, code=code)
        context = {
            "title": gettext("One moment, please"),
            "service": exception.service,
        }
        response = page(request, "shop/away.html", context, status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
        return response
