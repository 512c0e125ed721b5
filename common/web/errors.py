"""Errors as RFC 9457 problems, whoever raised them.

An error is a class that says its status, code and title; the sentence is its argument.
The members `error` and `message` repeat title and detail for clients of the seed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
)
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DatabaseError
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from common.storage.outages import is_outage, is_transient
from common.storage.transactions import Conflict

log = structlog.get_logger(__name__)

# Renderers that know a Problem; the schema's write plain members only.
OUR_FORMATS = ("json", "api")
CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
FieldErrors = Sequence[tuple[str, str]]


class Problem(dict[str, Any]):
    """The body of an error answer."""


class ApplicationError(Exception):
    """The request was understood and could not be done."""

    status_code: int = 400
    code: str = "APPLICATION_ERROR"
    title: str = "Bad request"
    retry_after: int | None = None

    def __init__(
        self, detail: str = "", *, code: str | None = None, errors: FieldErrors = ()
    ) -> None:
        """`code` tells cases of one class apart; `errors` name fields and why."""
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.problem_code = code or self.code
        self.errors = tuple(errors)


class BadRequest(ApplicationError):
    """What was sent is wrong; the field is named where it is one field."""

    code = "INVALID_INPUT"

    def __init__(
        self, detail: str, *, field: str | None = None, code: str | None = None
    ) -> None:
        """`field` is the name the client used, as `items[0].quantity`."""
        errors = [(field, detail)] if field else []
        super().__init__(
            f"{field}: {detail}" if field else detail, code=code, errors=errors
        )


class InvalidFields(ApplicationError):
    """Several fields are wrong; each is named."""

    code = "INVALID_INPUT"

    def __init__(self, errors: FieldErrors) -> None:
        """`errors` are pairs of field name and reason."""
        detail = "; ".join(f"{field}: {why}" for field, why in errors[:5])
        super().__init__(detail, errors=errors)


class NotFound(ApplicationError):
    """There is no such thing."""

    status_code = 404
    code = "NOT_FOUND"
    title = "Not found"


class Forbidden(ApplicationError):
    """The caller may not do this."""

    status_code = 403
    code = "FORBIDDEN"
    title = "Forbidden"


class NotAllowed(ApplicationError):
    """The address is there, but not for this method."""

    status_code = 405
    code = "METHOD_NOT_ALLOWED"
    title = "Method not allowed"


class StateConflict(ApplicationError):
    """The thing is in a state in which this cannot be done."""

    status_code = 409
    code = "STATE_CONFLICT"
    title = "Conflict"


class TooLarge(ApplicationError):
    """The body is larger than what is read."""

    status_code = 413
    code = "BODY_TOO_LARGE"
    title = "Content too large"


class LengthRequired(ApplicationError):
    """The body comes without its length, and would be read as empty."""

    status_code = 411
    code = "LENGTH_REQUIRED"
    title = "Length required"


class Unprocessable(ApplicationError):
    """The request contradicts an earlier one."""

    status_code = 422
    code = "UNPROCESSABLE"
    title = "Unprocessable content"


class Unavailable(ApplicationError):
    """Something this service needs does not answer just now."""

    status_code = 503
    code = "UNAVAILABLE"
    title = "Service unavailable"
    retry_after = RETRY_AFTER_S


class InternalError(ApplicationError):
    """Our fault; the log has the rest, under the request's id."""

    status_code = 500
    code = "INTERNAL_ERROR"
    title = "Internal error"


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's EXCEPTION_HANDLER: every exception of a view becomes a problem."""
    request = context["request"]
    refused = as_application_error(error)
    headers = _headers_of(error, refused)
    body: dict[str, Any] = problem(refused, request.path)
    accepted = getattr(request, "accepted_renderer", None)
    if accepted is not None and accepted.format not in OUR_FORMATS:
        body = dict(body)
    return Response(body, status=refused.status_code, headers=headers)


def as_application_error(error: Exception) -> ApplicationError:
    """The problem that an exception of any origin amounts to."""
    if isinstance(error, ApplicationError):
        return error
    if isinstance(error, exceptions.APIException):
        return _of_rest_framework(error)
    if isinstance(error, Http404):
        return NotFound("There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        return Forbidden("You may not do this.")
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent):
        return TooLarge("The request is larger than what is read.")
    if isinstance(error, DjangoValidationError):
        return InvalidFields([("request", text) for text in error.messages])
    return _of_database_or_ours(error)


def _of_database_or_ours(error: Exception) -> ApplicationError:
    if isinstance(error, Conflict) or is_outage(error) or _is_contention(error):
        log.warning("request.unavailable", error=str(error))
        return Unavailable("The database is busy or away; please try again.")
    log.error("request.failed", exc_info=error)
    return InternalError("Something went wrong here; it has been logged.")


def _is_contention(error: Exception) -> bool:
    return isinstance(error, DatabaseError) and is_transient(error)


def _of_rest_framework(error: exceptions.APIException) -> ApplicationError:
    if isinstance(error, exceptions.ValidationError):
        return InvalidFields(flattened(error.detail))
    found = ApplicationError(str(error.detail), code=str(error.default_code).upper())
    found.status_code = error.status_code
    found.title = HTTPStatus(error.status_code).phrase
    return found


def flattened(detail: Any, path: str = "") -> list[tuple[str, str]]:
    """DRF's nested errors as pairs of `items[0].quantity` and reason."""
    if isinstance(detail, dict):
        found = []
        for name, inner in detail.items():
            found += flattened(inner, _below(path, str(name)))
        return found
    if isinstance(detail, list) and any(isinstance(one, dict | list) for one in detail):
        found = []
        for index, inner in enumerate(detail):
            found += flattened(inner, f"{path}[{index}]")
        return found
    reasons = detail if isinstance(detail, list) else [detail]
    return [(path or "body", str(reason)) for reason in reasons]


def _below(path: str, name: str) -> str:
    if name == "non_field_errors":
        return path or "body"
    if name.isdecimal():
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def problem(error: ApplicationError, path: str) -> Problem:
    """The RFC 9457 body of an error."""
    kind = error.problem_code.lower().replace("_", "-")
    body = Problem(
        type=f"urn:saga-playground:problem:{kind}",
        title=error.title,
        status=error.status_code,
        detail=error.detail,
        code=error.problem_code,
        instance=path,
        error=error.title,
        message=error.detail,
    )
    if error.errors:
        body["errors"] = [
            {"field": field, "message": message} for field, message in error.errors
        ]
    return body


def _headers_of(error: Exception, refused: ApplicationError) -> dict[str, str]:
    headers: dict[str, str] = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None) or refused.retry_after
    if wait:
        headers["Retry-After"] = str(math.ceil(wait))
    return headers


def problem_response(error: ApplicationError, path: str) -> HttpResponse:
    """An error answer outside of DRF."""
    return HttpResponse(
        msgspec.json.encode(problem(error, path)),
        status=error.status_code,
        content_type=CONTENT_TYPE,
        headers=_headers_of(error, error),
    )
