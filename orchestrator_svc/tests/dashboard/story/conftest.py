"""Peers of the orchestrator that answer from memory, or do not."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from common.web import peers as asking
from orchestrator_svc.tests.dashboard.story.told import ORDER, answer


class Peers:
    """What each service answers; one in `down` takes no connection."""

    def __init__(self) -> None:
        self.mailboxes: dict[str, Any] = {
            name: answer() for name in ("order", "payment", "inventory")
        }
        self.order: Any = None
        self.payments: list[Any] = []
        self.reservation: Any = None
        self.down: set[str] = set()
        self.broken: dict[str, httpx.Response] = {}
        self.asked: list[str] = []

    def client(self, service: str) -> httpx.Client:
        """In place of common.web.peers.client."""
        transport = httpx.MockTransport(lambda request: self._answer(service, request))
        return httpx.Client(transport=transport, base_url=f"http://{service}")

    def _answer(self, service: str, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{service} {request.url.raw_path.decode()}")
        if service in self.down:
            raise httpx.ConnectError("refused", request=request)
        if service in self.broken:
            return self.broken[service]
        if request.url.path == "/api/messages/story":
            return httpx.Response(200, json=self.mailboxes[service])
        return self._kept(service)

    def _kept(self, service: str) -> httpx.Response:
        if service == "payment":
            return httpx.Response(200, json={"data": self.payments})
        found = self.order if service == "order" else self.reservation
        if found is None:
            return httpx.Response(404, json={"detail": f"no {ORDER}"})
        return httpx.Response(200, json=found)


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> Peers:
    """The three other services."""
    found = Peers()
    monkeypatch.setattr(asking, "client", found.client)
    return found
