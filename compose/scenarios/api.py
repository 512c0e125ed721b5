"""The four services over HTTP: the one place that sends, reads, waits and complains."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from common.conf.service import HOST, SERVICES

LOCAL = f"http://{HOST}"
POLL_SECONDS = 0.05
PAGE_LIMIT = 100
WHOLE = Decimal(1)

T = TypeVar("T")


class ServiceError(Exception):
    """A service did not do what its contract promises."""


class NotReachable(ServiceError):
    """Nothing answers at the service's address."""


class UnexpectedAnswer(ServiceError):
    """The answer's status or form is not the one of the contract."""


class TooLate(ServiceError):
    """What was waited for did not come before the deadline."""


class Record(dict[str, Any]):
    """A JSON object whose missing fields are named, not just missing."""

    def __missing__(self, key: str) -> Any:
        raise UnexpectedAnswer(f"The answer has no field {key!r}: {brief(self)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status and the JSON that came with it."""

    status: int
    body: Record
    request: str

    def must_be(self, *statuses: int) -> Record:
        """The body, if the status is one of those; else an error that shows both."""
        if self.status in statuses:
            return self.body
        wanted = " or ".join(map(str, statuses))
        raise UnexpectedAnswer(
            f"{self.request} answered {self.status} instead of {wanted}: "
            f"{brief(self.body)}"
        )


class Services:
    """A client of all four services with one deadline for every wait."""

    def __init__(
        self, *, base: str = LOCAL, port_offset: int = 0, timeout: float = 15.0
    ) -> None:
        self.base = base.rstrip("/")
        self.port_offset = port_offset
        self.timeout = timeout
        # The services are ours: no proxy of the environment stands between.
        self._http = httpx.Client(timeout=timeout, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def url(self, service: str, path: str = "") -> str:
        """Where the service answers."""
        return f"{self.base}:{SERVICES[service].port + self.port_offset}{path}"

    def get(self, service: str, path: str, **params: object) -> Record:
        """The JSON object at the path."""
        return self.ask(service, path, **params).must_be(200)

    def find(self, service: str, path: str) -> Record | None:
        """The JSON object at the path, or None where there is none (404)."""
        answer = self.ask(service, path)
        return None if answer.status == 404 else answer.must_be(200)

    def ask(self, service: str, path: str, **params: object) -> Answer:
        """A GET's answer, whatever its status."""
        texts = {name: str(value) for name, value in params.items()}
        return self._send("GET", service, path, params=texts)

    def post(
        self,
        service: str,
        path: str,
        body: Mapping[str, object] | None = None,
        key: str | None = None,
    ) -> Answer:
        """A POST's answer, whatever its status; `key` is its Idempotency-Key."""
        headers = {"Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        content = encode({} if body is None else body)
        return self._send("POST", service, path, content=content, headers=headers)

    def pages(self, service: str, path: str, **params: object) -> Iterator[Record]:
        """Every record of a list, page by page."""
        page = 1
        while True:
            found = self.get(service, path, **params, page=page, limit=PAGE_LIMIT)
            yield from found["data"]
            if not found["pagination"]["hasNextPage"]:
                return
            page += 1

    def count(self, service: str, path: str, **params: object) -> int:
        """How many records a list would give."""
        found = self.get(service, path, **params, page=1, limit=1)
        return int(found["pagination"]["totalCount"])

    def wait(self, what: str, look: Callable[[], T], done: Callable[[T], bool]) -> T:
        """Look again and again until it is done; TooLate names what was seen last."""
        deadline = time.monotonic() + self.timeout
        while True:
            seen = look()
            if done(seen):
                return seen
            if time.monotonic() > deadline:
                raise TooLate(
                    f"{what}: not within {self.timeout:g} s; last seen: {brief(seen)}"
                )
            time.sleep(POLL_SECONDS)

    def _send(self, method: str, service: str, path: str, **what: Any) -> Answer:
        url = self.url(service, path)
        try:
            response = self._http.request(method, url, **what)
        except httpx.TransportError as error:
            raise NotReachable(
                f"The {service} service does not answer at {self.url(service)} "
                f"({type(error).__name__})."
            ) from error
        request = f"{method} {path} ({service})"
        return Answer(
            status=response.status_code,
            body=decode(response.text, request, response.status_code),
            request=request,
        )


def encode(body: Mapping[str, object]) -> bytes:
    """JSON bytes in which a Decimal is the number it shows."""
    return json.dumps(body, default=_as_number).encode()


def decode(text: str, request: str, status: int) -> Record:
    """The JSON object in an answer, money as exact decimals."""
    try:
        body = json.loads(text, parse_float=Decimal, object_hook=Record)
    except ValueError as error:
        raise UnexpectedAnswer(
            f"{request} answered {status} with something else than JSON: {text[:200]!r}"
        ) from error
    return body if isinstance(body, Record) else Record(data=body)


def money(value: object) -> Decimal:
    """A JSON number (or its text) as an exact amount; a fraction has two places."""
    if isinstance(value, int):
        return Decimal(value)
    amount = Decimal(str(value))
    return amount if amount != round(amount, 2) else round(amount, 2)


def brief(value: object, limit: int = 300) -> str:
    """A value as JSON on one line, cut to what a reader still reads."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= limit else f"{text[:limit]}…"


def _as_number(value: object) -> float:
    if isinstance(value, Decimal):
        # With two places and few digits its float prints as the same number; without
        # places it must not get any.
        return int(value) if value.same_quantum(WHOLE) else float(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
