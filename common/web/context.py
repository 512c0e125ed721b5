"""Who asks and in which story: what a request carries along to logs and messages."""

from __future__ import annotations

import os
import re
from contextvars import ContextVar
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.http import HttpRequest

_request_id = re.compile(r"[A-Za-z0-9._:-]{1,128}").fullmatch
_traceparent = re.compile(
    r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
).fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """The ids of the request that is being answered; empty outside of one."""

    request_id: str = ""
    traceparent: str = ""


NO_REQUEST = RequestContext()
_current: ContextVar[RequestContext] = ContextVar("request", default=NO_REQUEST)


def current() -> RequestContext:
    """The context of the running request."""
    return _current.get()


def current_traceparent() -> str:
    """The W3C trace context to hand to messages that this request causes."""
    return _current.get().traceparent


def begin(headers: dict[str, str]) -> RequestContext:
    """Take over the ids a WSGI environ brings, or make new ones."""
    asked = headers.get("HTTP_X_REQUEST_ID", "")
    trace = headers.get("HTTP_TRACEPARENT", "")
    context = RequestContext(
        request_id=asked if _request_id(asked) else os.urandom(16).hex(),
        traceparent=trace if _traceparent(trace) else new_traceparent(),
    )
    _current.set(context)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=context.request_id)
    return context


def end() -> None:
    """Forget the request, so that nothing of it clings to the thread."""
    _current.set(NO_REQUEST)
    structlog.contextvars.clear_contextvars()


def bind_correlation(correlation_id: str) -> None:
    """Name the saga or order in every log line from here to the end of the request."""
    structlog.contextvars.bind_contextvars(correlation_id=correlation_id)


def new_traceparent() -> str:
    """A W3C trace context of its own, sampled."""
    ids = os.urandom(24).hex()
    return f"00-{ids[:32]}-{ids[32:]}-01"


def service(request: HttpRequest) -> dict[str, str]:
    """Template context: which service this page belongs to."""
    return {"service_name": settings.SERVICE_NAME}
