"""Plain views that are only read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from common.web.errors import ApplicationError, problem_response

View = Callable[..., HttpResponseBase]
ALLOWED = "GET, HEAD"


class MethodNotAllowed(ApplicationError):
    """The address is only read."""

    status_code = 405
    code = "METHOD_NOT_ALLOWED"
    title = "Method Not Allowed"


def reads_only(view: View) -> View:
    """Answer GET and HEAD; everything else is a 405 problem."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        error = MethodNotAllowed(f"Only {ALLOWED} are answered here.")
        response = problem_response(error, request.path)
        response["Allow"] = ALLOWED
        return response

    return answer
