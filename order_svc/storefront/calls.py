"""How the storefront asks the services: over HTTP, with a limit, never for long."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx
import structlog
from rest_framework.exceptions import ParseError

from common.web import context
from common.web.json import decode, encode
from common.web.peers import client_of

log = structlog.get_logger(__name__)

# A customer waits for a page; what takes longer is said to be away.
PATIENCE = httpx.Timeout(5.0, connect=1.5)
# Longer than the payment service waits for Toss (TOSS_TIMEOUT_S is 60 at most).
CHARGE_PATIENCE = httpx.Timeout(65.0, connect=1.5)
# An answer that nobody is at fault for, whatever its status.
IN_DOUBT = "PAYMENT_IN_DOUBT"
BUSY = 429

Params = Mapping[str, str | int]


class Away(Exception):
    """A service does not answer just now, or not in a way that can be used."""

    def __init__(self, service: str) -> None:
        super().__init__(f"the {service} service does not answer")
        self.service = service


class Refused(Exception):
    """A service understood, and said no."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail = status, code, detail


@cache
def client(service: str) -> httpx.Client:
    """The one client of a service, which all threads of the process share."""
    return client_of(service, timeout=PATIENCE)


def ask(service: str, path: str, params: Params | None = None) -> Any:
    """The JSON of a GET. Raises Away, Refused."""
    return _answer(service, "GET", path, params=dict(params or {}))


def find(service: str, path: str) -> Any | None:
    """The JSON of a GET; None where there is no such thing. Raises Away, Refused."""
    try:
        return ask(service, path)
    except Refused as refused:
        if refused.status == httpx.codes.NOT_FOUND:
            return None
        raise


def post(
    service: str,
    path: str,
    body: Mapping[str, Any],
    *,
    key: str = "",
    patience: httpx.Timeout = PATIENCE,
) -> Any:
    """The JSON of a POST; the same `key` does the same but once. Raises as `ask`."""
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    return _answer(
        service, "POST", path, content=encode(body), headers=headers, timeout=patience
    )


def _answer(service: str, method: str, path: str, **how: Any) -> Any:
    headers = {**how.pop("headers", {}), **_story()}
    try:
        answer = client(service).request(method, path, headers=headers, **how)
        body = decode(answer.content)
    except (httpx.HTTPError, ParseError) as error:
        log.warning("shop.service_away", peer=service, path=path, error=str(error))
        raise Away(service) from error
    if answer.is_success:
        return body
    raise _said_no(service, path, answer.status_code, body)


def _story() -> dict[str, str]:
    """The ids of the customer's request, by which logs of all services tell of it."""
    ids = context.current()
    named = {"X-Request-Id": ids.request_id, "traceparent": ids.traceparent}
    return {name: value for name, value in named.items() if value}


def _said_no(service: str, path: str, status: int, body: Any) -> Away | Refused:
    said = body if isinstance(body, dict) else {}
    code, detail = str(said.get("code", "")), str(said.get("detail", ""))
    is_ours = status >= httpx.codes.INTERNAL_SERVER_ERROR or status == BUSY
    if is_ours and code != IN_DOUBT:
        log.warning("shop.service_away", peer=service, path=path, status=status)
        return Away(service)
    return Refused(status, code, detail)
