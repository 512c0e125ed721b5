"""How a service asks another one over HTTP, and what may come of it.

There are two ways not to get what was asked for: NoAnswer, of which something else may
come soon, and Refused, of which nothing else will.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx
import msgspec
import structlog

from common.conf.service import service_url
from common.web import context
from common.web.json import encode

log = structlog.get_logger(__name__)

# By this a service says for whom it acts; common.web.audit reads it.
ON_BEHALF_OF = "X-On-Behalf-Of"
# By this a POST that is repeated is known; common.web.idempotency reads it.
IDEMPOTENCY_KEY = "Idempotency-Key"
# Somebody waits for a page; who takes longer is said to be away.
PATIENCE = httpx.Timeout(5.0, connect=1.5)
PAGE = 100
MOST_PAGES = 1000
# These mean: not now. So does every status from 500 on.
NOT_NOW = frozenset({408, 425, 429})
# That we are not let in may be said by anybody; any other no that is not in JSON is not
# the service's, but of somebody before it who does not find it.
NOT_US = frozenset({401, 403})

Params = Mapping[str, str | int]
Limit = float | httpx.Timeout


class NoAnswer(Exception):
    """A service does not answer, or not in a way that can be used; ask again later."""

    def __init__(
        self,
        service: str,
        detail: str = "",
        *,
        status: int = 0,
        code: str = "",
        is_late: bool = False,
    ) -> None:
        """`detail` is what the service says of it, or why there is no answer at all.

        Then `status` is 0; `is_late` where we would wait no longer.
        """
        super().__init__(f"the {service} service does not answer")
        self.service = service
        self.status, self.code, self.detail = status, code, detail
        self.is_late = is_late

    @property
    def is_strange(self) -> bool:
        """Something does answer there, but not as a service of ours."""
        return bool(self.status) and not _is_not_now(self.status)


class Refused(Exception):
    """A service understood, and said no; asking again changes nothing."""

    def __init__(self, service: str, status: int, code: str, detail: str) -> None:
        super().__init__(f"the {service} service says: {detail or status}")
        self.service = service
        self.status, self.code, self.detail = status, code, detail


def get(
    service: str, path: str, params: Params | None = None, *, timeout: Limit = PATIENCE
) -> Any:
    """The JSON of a GET, with decimals for fractions. Raises NoAnswer, Refused."""
    return _json(service, "GET", path, params=params, timeout=timeout)


def find(service: str, path: str, *, timeout: Limit = PATIENCE) -> Any | None:
    """The JSON of a GET; None where there is no such thing. Raises as `get`."""
    try:
        return get(service, path, timeout=timeout)
    except Refused as refused:
        if refused.status == httpx.codes.NOT_FOUND:
            return None
        raise


def rows(
    service: str, path: str, params: Params | None = None, *, timeout: Limit = PATIENCE
) -> Iterator[dict[str, Any]]:
    """Every row of a list, page by page as they are taken. Raises as `get`."""
    for page in range(1, MOST_PAGES + 1):
        asked = {**(params or {}), "page": page, "limit": PAGE}
        found = get(service, path, asked, timeout=timeout)
        with reading(service):
            shown, has_more = found["data"], found["pagination"]["hasNextPage"]
        yield from shown
        if not has_more:
            return
    raise NoAnswer(service, f"{path} has more than {MOST_PAGES} pages")


def content(service: str, path: str, *, timeout: Limit = PATIENCE) -> bytes:
    """What a GET brings, byte by byte. Raises as `get`."""
    return _ask(service, "GET", path, timeout=timeout).content


def post(
    service: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    *,
    key: str = "",
    by: str = "",
    timeout: Limit = PATIENCE,
) -> Any:
    """The JSON of a POST. Raises as `get`.

    With the same `key` it is done but once. `by` is the person who acts through us:
    their name is in the audit trail there beside ours, whose rights count.
    """
    headers = {"Content-Type": "application/json", **_person(by)}
    if key:
        headers[IDEMPOTENCY_KEY] = key
    sent = encode(body or {})
    return _json(service, "POST", path, content=sent, headers=headers, timeout=timeout)


def delete(service: str, path: str, *, by: str = "", timeout: Limit = PATIENCE) -> Any:
    """The JSON of a DELETE; `by` is as in `post`. Raises as `get`."""
    return _json(service, "DELETE", path, headers=_person(by), timeout=timeout)


@contextmanager
def reading(service: str) -> Iterator[None]:
    """What an answer lacks that is looked for in here makes it none: NoAnswer."""
    try:
        yield
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        why = f"an answer of another form: {error!r}"
        raise _silence(service, why, status=httpx.codes.OK) from error


def client(service: str) -> httpx.Client:
    """The one client of a service, which all threads of this process share."""
    return _client(service_url(service))


@cache
def _client(url: str) -> httpx.Client:
    """Making one takes longer than most answers, and each has connections to keep.

    User and password of the address go into a header: httpx's errors, which end in
    logs, show the whole address.
    """
    address = urlsplit(url)
    bare = address._replace(netloc=address.netloc.rpartition("@")[2])
    auth = None
    if address.username is not None:
        auth = (unquote(address.username), unquote(address.password or ""))
    # Whoever asks goes out by it: it keeps nobody's cookies.
    cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    return httpx.Client(
        base_url=bare.geturl(), auth=auth, cookies=cookies, verify=_trust()
    )


# Two processes on one connection would read each other's answers.
os.register_at_fork(after_in_child=_client.cache_clear)


@cache
def _trust() -> ssl.SSLContext:
    """Whom TLS believes; reading all those certificates takes longer than a request."""
    return httpx.create_ssl_context()


def _json(service: str, method: str, path: str, **how: Any) -> Any:
    answer = _ask(service, method, path, **how)
    try:
        return _decoded(answer)
    except ValueError as error:
        why = f"no usable JSON: {error}"
        raise _silence(service, why, path=path, status=answer.status_code) from error


def _ask(
    service: str,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    **how: Any,
) -> httpx.Response:
    """The answer where it is a good one. Raises NoAnswer, Refused."""
    sent = {**(headers or {}), **_story()}
    try:
        answer = client(service).request(method, path, headers=sent, **how)
    except httpx.HTTPError as error:
        why = str(error) or type(error).__name__
        is_late = isinstance(error, httpx.TimeoutException)
        raise _silence(service, why, path=path, is_late=is_late) from error
    if answer.is_success:
        return answer
    raise _no(service, path, answer)


def _no(service: str, path: str, answer: httpx.Response) -> NoAnswer | Refused:
    status, said = answer.status_code, _problem(answer)
    code, detail = ((said or {}).get(name, "") for name in ("code", "detail"))
    if _is_not_now(status) or (said is None and status not in NOT_US):
        return _silence(service, detail, path=path, status=status, code=code)
    if status in NOT_US:  # no question was wrong: somebody has to let us in
        log.warning("peers.not_let_in", peer=service, path=path, status=status)
    return Refused(service, status, code, detail)


def _is_not_now(status: int) -> bool:
    return status in NOT_NOW or status >= httpx.codes.INTERNAL_SERVER_ERROR


def _problem(answer: httpx.Response) -> dict[str, str] | None:
    """What the body says, as text; None where it is none of a service's."""
    try:
        said = _decoded(answer)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    return {name: str(value) for name, value in said.items()}


def _silence(service: str, why: str, *, path: str = "", **what: Any) -> NoAnswer:
    log.warning("peers.no_answer", peer=service, path=path, error=why[:200], **what)
    return NoAnswer(service, why, **what)


def _decoded(answer: httpx.Response) -> Any:
    """The JSON. Raises ValueError."""
    try:
        return _decoder.decode(answer.content)
    except (ArithmeticError, RecursionError) as error:
        raise ValueError(str(error)) from error


_decoder = msgspec.json.Decoder(float_hook=Decimal)


def _person(by: str) -> dict[str, str]:
    """In letters that a header takes, whatever the name."""
    return {ON_BEHALF_OF: quote(by)} if by else {}


def _story() -> dict[str, str]:
    """The ids of the running request, by which logs of all services tell of it."""
    ids = context.current()
    named = {"X-Request-Id": ids.request_id, "traceparent": ids.traceparent}
    return {name: value for name, value in named.items() if value}
