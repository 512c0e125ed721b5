"""The other services as a test says they are, and runs to look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx
import pytest

from common.contracts.base import Mode
from common.storage.bulk import insert_rows
from common.web import peers
from common.web.json import encode
from orchestrator_svc.playground import doorbell, selectors
from orchestrator_svc.playground.models import Run
from orchestrator_svc.playground.plan import Product
from orchestrator_svc.tests.factories import NOW

MOUSE = Product(product_id="PROD002", name="Mouse", price=Decimal("29.99"))
LAPTOP = Product(product_id="PROD001", name="Laptop", price=Decimal("999.99"))
BOTH = (Mode.ORCHESTRATION, Mode.CHOREOGRAPHY)
Answer = Callable[[httpx.Request], Any]


@dataclass
class Peers:
    """Answers by service, method and path; whoever is not here does not answer."""

    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    asked: list[tuple[str, httpx.Request]] = field(default_factory=list)

    def say(self, service: str, request: str, answer: Any) -> None:
        """`request` is as "GET /api/faults"; the answer JSON, a status, or a call."""
        self.answers[service, request] = answer

    def pages(self, service: str, path: str, *rows: dict[str, Any]) -> None:
        """A list of one page."""
        found = {"data": list(rows), "pagination": {"hasNextPage": False}}
        self.say(service, f"GET {path}", found)

    def client(self, service: str) -> httpx.Client:
        """A client that reaches this and no network."""

        def handle(request: httpx.Request) -> httpx.Response:
            self.asked.append((service, request))
            known = self.answers.get((service, f"{request.method} {request.url.path}"))
            answer = known(request) if callable(known) else known
            if answer is None:
                raise httpx.ConnectError("nobody is there")
            if isinstance(answer, int):
                return httpx.Response(answer, json={"detail": "no, thank you"})
            return httpx.Response(200, content=encode(answer))

        return httpx.Client(
            transport=httpx.MockTransport(handle), base_url=f"http://{service}"
        )

    def requests(self, method: str) -> list[tuple[str, str]]:
        """Who was asked what by this method."""
        return [
            (service, request.url.path)
            for service, request in self.asked
            if request.method == method
        ]


@pytest.fixture(autouse=True)
def services(monkeypatch: pytest.MonkeyPatch) -> Peers:
    """The four services, none of which answers yet."""
    found = Peers()
    monkeypatch.setattr(peers, "client", found.client)
    selectors._lookout.cache_clear()
    return found


@pytest.fixture
def others(services: Peers) -> Peers:
    """The same, where a test calls our own services by that name."""
    return services


@pytest.fixture(autouse=True)
def bell(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often the worker was rung for."""
    rung: list[str] = []
    monkeypatch.setattr(doorbell, "ring", lambda: rung.append("ring"))
    return rung


@pytest.fixture
def as_in_production(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The profile in which there is no playground."""
    settings.APP_PROFILE = "production"


def stored(
    *,
    total: int = 4,
    orders: tuple[str, ...] = (),
    status: str = "SENDING",
    modes: tuple[Mode, ...] = BOTH,
    number: int = 1,
) -> Run:
    """A run that is in the database."""
    row = Run(
        run_id=f"PLAY-{number:012}",
        status=status,
        by="lee",
        modes=[mode.value for mode in modes],
        products=[MOUSE.as_json(), LAPTOP.as_json()],
        quantity=0,
        total=total,
        orders=list(orders),
        created_at=NOW,
        updated_at=NOW,
    )
    insert_rows(Run, [row])
    return row
