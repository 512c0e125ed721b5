"""Services that are asked for their dead letters without a network."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import httpx
from django.test import Client

from common.contracts.topics import SERVICES
from common.web.peers import ON_BEHALF_OF


class Post:
    """The service `order` is this very process; the others have no letters.

    `answers` are what others answer instead; `asked` is what they were asked.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[httpx.Request], httpx.Response]] = {}
        self.asked: list[tuple[str, str]] = []

    def client(self, service: str) -> httpx.Client:
        """As common.web.peers has it."""
        assert service in SERVICES
        transport = self._transport(service)
        return httpx.Client(base_url="http://testserver", transport=transport)

    def submit(self, act: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Done at once, in this thread, which has the test's transaction."""
        done: Future[Any] = Future()
        try:
            done.set_result(act(*arguments))
        except Exception as error:  # noqa: BLE001 - told to whoever asks
            done.set_exception(error)
        return done

    def _transport(self, service: str) -> httpx.BaseTransport:
        own = this_process if service == "order" else nothing
        answer = self.answers.get(service, own)

        def told(request: httpx.Request) -> httpx.Response:
            self.asked.append((service, request.url.raw_path.decode()))
            return answer(request)

        return httpx.MockTransport(told)


def this_process(request: httpx.Request) -> httpx.Response:
    """What the API here answers, in the test's own transaction."""
    found = Client().generic(
        request.method,
        request.url.raw_path.decode(),
        request.content,
        content_type=request.headers.get("content-type", ""),
        headers={ON_BEHALF_OF: request.headers.get(ON_BEHALF_OF, "")},
    )
    return httpx.Response(
        found.status_code, headers=dict(found.headers), content=found.content
    )


def nothing(request: httpx.Request) -> httpx.Response:
    """What a service without letters answers."""
    if request.url.path.endswith("/counts"):
        return httpx.Response(200, json={"counts": {}})
    return httpx.Response(200, json={"data": []})


def away(request: httpx.Request) -> httpx.Response:
    """What one hears of a service that does not run."""
    raise httpx.ConnectError("Connection refused", request=request)
