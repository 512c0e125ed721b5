"""An order without a saga is cancelled by the order service, in the operator's name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.test import Client

from common.web import peers
from orchestrator_svc.tests.dashboard.acts.test_choreography import TOLD
from orchestrator_svc.tests.factories import saga

pytestmark = pytest.mark.django_db
ADDRESS = "/orders/ORD-1/cancel"


class OrderService:
    """The order service as the dashboard sees it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.order: httpx.Response = httpx.Response(200, json=TOLD)
        self.cancelled: httpx.Response = httpx.Response(202, json={})
        self.by = ""

    def client(self, service: str) -> httpx.Client:
        """In place of a real client."""
        return httpx.Client(
            transport=httpx.MockTransport(self._answer), base_url=f"http://{service}"
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return self.order
        self.by = request.headers["X-On-Behalf-Of"]
        self.asked.append(
            (
                request.url.path,
                request.headers["Idempotency-Key"],
                json.loads(request.content),
            )
        )
        return self.cancelled


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> OrderService:
    """It answers; tests say what."""
    found = OrderService()
    monkeypatch.setattr(peers, "client", found.client)
    return found


def test_shows_what_the_services_will_do(
    browser: Client, service: OrderService
) -> None:
    """Nothing is asked of them yet."""
    page = browser.get(ADDRESS).content.decode()
    assert page.index("order.cancelled") < page.index("inventory.failed")
    assert "$59.98" in page
    assert "if it was taken" in page
    assert service.asked == []


def test_asks_in_the_name_of_the_operator(
    operator: Client, service: OrderService
) -> None:
    """With the form's token, so that twice is once there too."""
    answer = operator.post(ADDRESS, {"said": "fraud", "token": "one"})
    assert (answer.status_code, answer["Location"]) == (303, "/orders/ORD-1")
    path = "/api/orders/ORD-1/cancel"
    assert service.asked == [(path, "one", {"reason": "fraud"})]
    assert service.by == "operator"


def test_what_is_refused_there_is_a_sentence_here(
    browser: Client, service: OrderService
) -> None:
    """By its code."""
    problem = {"code": "ORDER_FAILED", "detail": "The order has failed."}
    service.cancelled = httpx.Response(409, json=problem)
    answer = browser.post(ADDRESS, {"said": "fraud"})
    assert answer.status_code == 409
    assert "there is nothing left to cancel" in answer.content.decode()


def refuse(request: httpx.Request) -> httpx.Response:
    """There is nobody at this address."""
    raise httpx.ConnectError("refused")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (httpx.Response(503), "The order service does not answer."),
        (httpx.Response(200, text="<html>"), "The order service does not answer."),
        (httpx.Response(200, json=[1]), "The order service does not answer."),
        (httpx.Response(403, json={}), "does not let this dashboard cancel orders"),
    ],
)
def test_a_service_that_does_not_help_is_a_sentence_too(
    browser: Client, service: OrderService, told: httpx.Response, sentence: str
) -> None:
    """And no error page."""
    service.order = told
    page = browser.get(ADDRESS)
    assert page.status_code == 200
    assert sentence in page.content.decode()


def test_a_service_that_is_down_is_a_sentence_too(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer at all."""

    def client(service: str) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(refuse), base_url="http://x")

    monkeypatch.setattr(peers, "client", client)
    page = browser.get(ADDRESS).content.decode()
    assert "The order service does not answer. Please try again." in page


def test_an_order_nobody_knows_is_not_found(
    browser: Client, service: OrderService
) -> None:
    """404."""
    service.order = httpx.Response(404, json={})
    assert browser.get(ADDRESS).status_code == 404


def test_an_order_that_a_saga_leads_is_cancelled_there(browser: Client) -> None:
    """The dialog of the saga."""
    row = saga("COMPLETED")
    answer = browser.get(f"/orders/{row.order_id}/cancel")
    assert answer["Location"] == f"/sagas/{row.saga_id}/cancel"


def test_a_viewer_may_not(
    viewer: Client, service: OrderService, sent: Callable[[], Any]
) -> None:
    """403, and nothing is asked."""
    assert viewer.post(ADDRESS, {"said": "x"}).status_code == 403
    assert (service.asked, sent()) == ([], [])
