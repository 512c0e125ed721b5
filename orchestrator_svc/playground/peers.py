"""The services as the playground asks them, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
from rest_framework.exceptions import ParseError

from common.web.json import decode, encode
from common.web.peers import ON_BEHALF_OF, client_of

TIMEOUT = httpx.Timeout(5.0, connect=1.0)
PAGE = 100


class NoAnswer(Exception):
    """The service does not answer, or not now; it may be asked again."""

    def __init__(self, service: str) -> None:
        super().__init__(f"the {service} service does not answer")
        self.service = service


class Refused(Exception):
    """The service understood and said no; asking again changes nothing."""

    def __init__(self, service: str, message: str) -> None:
        super().__init__(f"the {service} service says: {message}")
        self.service = service
        self.message = message


@lru_cache(maxsize=8)
def client(service: str) -> httpx.Client:
    """A client that this process keeps: making one takes longer than most answers."""
    return client_of(service, timeout=TIMEOUT)


def get(service: str, path: str, **params: str | int) -> Any:
    """The JSON of a GET. Raises NoAnswer, Refused."""
    return _ask(service, "GET", path, params=params)


def rows(service: str, path: str, **params: str | int) -> Iterator[dict[str, Any]]:
    """Every row of a list, page by page. Raises NoAnswer, Refused."""
    page = 1
    while True:
        found = get(service, path, **params, page=page, limit=PAGE)
        yield from found["data"]
        if not found["pagination"]["hasNextPage"]:
            return
        page += 1


def post(
    service: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    *,
    key: str = "",
    by: str = "",
) -> Any:
    """The JSON of a POST; `key` makes it safe to repeat, `by` is for whom we ask.

    Raises NoAnswer, Refused.
    """
    headers = {"Content-Type": "application/json", **_person(by)}
    if key:
        headers["Idempotency-Key"] = key
    return _ask(service, "POST", path, content=encode(body or {}), headers=headers)


def delete(service: str, path: str, *, by: str = "") -> Any:
    """The JSON of a DELETE, asked for by somebody. Raises NoAnswer, Refused."""
    return _ask(service, "DELETE", path, headers=_person(by))


def _person(by: str) -> dict[str, str]:
    """Whose name the service's audit trail is to have beside ours."""
    return {ON_BEHALF_OF: quote(by)} if by else {}


def _ask(service: str, method: str, path: str, **what: Any) -> Any:
    try:
        answer = client(service).request(method, path, **what)
    except httpx.HTTPError:
        raise NoAnswer(service) from None
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise NoAnswer(service)
    try:
        body = decode(answer.content)
    except ParseError:
        raise NoAnswer(service) from None
    if answer.is_error:
        raise Refused(service, str(body.get("detail", "")) or str(answer.status_code))
    return body
