"""Pages and parts of pages as answers: strict policy, and nothing sent twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from common.web.middleware import PAGE_POLICY

Context = Mapping[str, Any]


class PageRequest(HttpRequest):
    """A request as it reaches a page's view: OnPages has looked at htmx's headers."""

    htmx: HtmxDetails


def page(
    request: HttpRequest, template: str, context: Context, status: int = 200
) -> HttpResponse:
    """A whole page (or a dialog, where htmx asks); `context` has its `title`."""
    return _strict(render(request, template, dict(context), status=status))


def fragment(request: HttpRequest, template: str, context: Context) -> HttpResponse:
    """A part that is asked for again and again: 304 where it is what the asker has."""
    response = _strict(render(request, template, dict(context)))
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if etag in _known(request):
        unchanged = HttpResponse(status=304)
        for name in ("Vary", "Cache-Control", "Content-Security-Policy"):
            unchanged.headers[name] = response.headers[name]
        response = unchanged
    response.headers["ETag"] = etag
    return response


def _strict(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ("HX-Request", "Cookie", "Accept-Language"))
    # Kept by the browser, but looked at before each use.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


def _known(request: HttpRequest) -> set[str]:
    """The ETags the asker has; a proxy may have made them weak by compressing."""
    sent = request.headers.get("If-None-Match", "")
    return {one.strip().removeprefix("W/") for one in sent.split(",")}
