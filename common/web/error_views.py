"""What Django answers by itself, as pages or problems: the URLconf's handlers."""

from __future__ import annotations

from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
)
from django.http import HttpRequest, HttpResponse

from common.ui.errors import answer
from common.web.errors import (
    ApplicationError,
    Forbidden,
    InternalError,
    NotFound,
    as_application_error,
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: also bodies too large and hosts that are not ours."""
    error = ApplicationError("The request is malformed.", code="BAD_REQUEST")
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        error = as_application_error(exception)
    if isinstance(exception, DisallowedHost):
        error = ApplicationError(
            "This service does not answer to that host name (ALLOWED_HOSTS).",
            code="HOST_NOT_ALLOWED",
        )
    return answer(request, error)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return answer(request, Forbidden("You may not do this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    error = NotFound("There is nothing at this address.")
    # The resolver's own is a list of what it tried.
    said = exception.args[0] if exception.args else ""
    return answer(request, error, detail=said if isinstance(said, str) else "")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500; the exception was logged by the middleware."""
    error = InternalError("Something went wrong here; it has been logged.")
    return answer(request, error)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    error = Forbidden(
        f"The request does not prove that it comes from our own page: {reason}",
        code="CSRF_FAILED",
    )
    return answer(request, error)
