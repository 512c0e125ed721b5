"""The one middleware of ours: ids in, headers and counts out.

It is one and not five because every layer costs each request; Django's own (sessions,
users, messages) do nothing until somebody asks them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from common import faults
from common.web import context, metrics
from common.web.errors import LengthRequired, as_application_error, problem_response

COMMON_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# Swagger UI and the admin's lists bring style elements and attributes of their own;
# scripts stay files from here on those pages too.
STYLED_PAGE_POLICY = f"{PAGE_POLICY}; style-src 'self' 'unsafe-inline'"
STYLED_PATHS = ("/api", "/admin")
# What tells how the service is, and what turns faults off, is spared by faults.
SPARED = ("/health", "/livez", "/readyz", "/metrics", "/api/faults")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestMiddleware:
    """Every answer has its request's id and strict headers, and is counted."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.headers = dict(COMMON_HEADERS)
        if settings.SECURE_HSTS_SECONDS:
            self.headers["Strict-Transport-Security"] = (
                f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
            )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request within its context."""
        start = time.perf_counter()
        ids = context.begin(request.META)
        try:
            if not request.path.startswith(SPARED):
                faults.reach("service.request")
            request.get_host()  # a foreign Host is refused whatever the view does
            response = refuse_unmeasured(request) or self.get_response(request)
            self._complete(request, response, ids.request_id)
            seconds = time.perf_counter() - start
            method = request.method or ""
            metrics.observe(method, _route(request), response.status_code, seconds)
            return response
        finally:
            context.end()

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """A problem for what a view outside of DRF raised; Django knows the rest."""
        if isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation):
            return None
        return problem_response(as_application_error(exception), request.path)

    def _complete(
        self, request: HttpRequest, response: HttpResponseBase, request_id: str
    ) -> None:
        headers = response.headers
        headers["X-Request-Id"] = request_id
        for name, value in self.headers.items():
            headers[name] = value
        is_page = headers.get("Content-Type", "").startswith("text/html")
        if "Content-Security-Policy" not in headers:  # a page of ours brings its own
            headers["Content-Security-Policy"] = _policy(request.path, is_page)
        if not is_page and "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"


def refuse_unmeasured(request: HttpRequest) -> HttpResponseBase | None:
    """A 411 for a body sent in chunks: WSGI has no length, and Django reads none."""
    meta = request.META
    if "HTTP_TRANSFER_ENCODING" not in meta or meta.get("CONTENT_LENGTH"):
        return None
    error = LengthRequired("Send the body with a Content-Length, not in chunks.")
    return problem_response(error, request.path)


def _policy(path: str, is_page: bool) -> str:
    if not is_page:
        return DATA_POLICY
    if path == "/" or path.startswith(STYLED_PATHS):
        return STYLED_PAGE_POLICY
    return PAGE_POLICY


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"/{match.route}" if match else "(none)"
