"""The load generator: as little work for each request as HTTP allows."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import aiohttp
from yarl import URL

from compose.scenarios.api import ServiceError, Services
from compose.scenarios.shop import CHOREOGRAPHY, ORDER_ENDS, SAGA_ENDS

POLL_SECONDS = 0.005
ANSWER_SECONDS = 60
CREATED = 201
HEADERS = {"Content-Type": "application/json"}


@dataclass(slots=True)
class Sent:
    """What became of the requests; `refusal` is the first answer that was no 201."""

    # Of the wall clock, for records of the services are compared with it.
    first: float = field(default_factory=time.time)
    seconds: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    refusal: str = ""

    def note(self, status: str, content: bytes) -> None:
        """Count an answer."""
        self.statuses[status] += 1
        if status != str(CREATED) and not self.refusal:
            self.refusal = f"{status}: {content[:300].decode(errors='replace')}"


class LightLoadError(ServiceError):
    """An order of the light load was refused, or did not complete."""


def orders_url(services: Services, mode: str) -> str:
    """Where orders of the pattern are posted."""
    if mode == CHOREOGRAPHY:
        return services.url("order", "/api/orders")
    return services.url("orchestrator", "/api/orchestrator/orders")


def send_all(url: str, bodies: Sequence[bytes], concurrency: int) -> Sent:
    """Post every body, `concurrency` at a time, each on a connection kept alive."""
    return asyncio.run(_send_all(url, bodies, concurrency))


async def _send_all(url: str, bodies: Sequence[bytes], concurrency: int) -> Sent:
    async with _session(concurrency) as session:
        sent, begin, waiting = Sent(), time.monotonic(), iter(bodies)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(concurrency, len(bodies))):
                group.create_task(_worker(session, URL(url), waiting, sent))
        sent.seconds = time.monotonic() - begin
        return sent


async def _worker(
    session: aiohttp.ClientSession, url: URL, waiting: Iterator[bytes], sent: Sent
) -> None:
    for body in waiting:
        try:
            async with session.post(url, data=body, headers=HEADERS) as answer:
                sent.note(str(answer.status), await answer.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            # Its order may exist all the same: the books will tell.
            sent.note(type(error).__name__, str(error).encode())


def one_at_a_time(
    services: Services, mode: str, bodies: Sequence[bytes]
) -> list[float]:
    """Seconds from each POST until its order was seen COMPLETED, one after another."""
    return asyncio.run(_one_at_a_time(services, mode, bodies))


async def _one_at_a_time(
    services: Services, mode: str, bodies: Sequence[bytes]
) -> list[float]:
    async with _session(1) as session:
        try:
            return [await _follow(session, services, mode, body) for body in bodies]
        except (aiohttp.ClientError, TimeoutError) as error:
            raise LightLoadError(f"The answer was lost: {error!r}") from error


async def _follow(
    session: aiohttp.ClientSession, services: Services, mode: str, body: bytes
) -> float:
    begin = time.perf_counter()
    url = orders_url(services, mode)
    async with session.post(url, data=body, headers=HEADERS) as answer:
        content = await answer.read()
        if answer.status != CREATED:
            raise LightLoadError(f"POST {url} answered {answer.status}: {content!r}")
    place = record_url(services, mode, json.loads(content))
    deadline = begin + services.timeout
    while (status := await _status(session, place)) not in ORDER_ENDS | SAGA_ENDS:
        if time.perf_counter() > deadline:
            raise LightLoadError(f"{place}: {status} after {services.timeout:g} s")
        await asyncio.sleep(POLL_SECONDS)
    if status != "COMPLETED":
        raise LightLoadError(f"{place} ended {status} instead of COMPLETED")
    return time.perf_counter() - begin


def record_url(services: Services, mode: str, answer: dict[str, str]) -> str:
    """Where the order that was just accepted can be watched."""
    if mode == CHOREOGRAPHY:
        return services.url("order", f"/api/orders/{answer['orderId']}")
    path = f"/api/orchestrator/sagas/{answer['sagaId']}"
    return services.url("orchestrator", path)


async def _status(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as answer:
        content = await answer.read()
        if answer.status != 200:
            raise LightLoadError(f"GET {url} answered {answer.status}: {content!r}")
        return str(json.loads(content)["status"])


def _session(connections: int) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        timeout=aiohttp.ClientTimeout(total=None, sock_read=ANSWER_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=("Accept-Encoding", "User-Agent"),
    )
