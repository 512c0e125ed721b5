"""Four trails are one list, and a service that is down leaves the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.test import Client

from common import clock
from common.web import audit
from common.web import peers as asking
from orchestrator_svc.dashboard.audit.gather import gather

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, tzinfo=UTC)
REFUND = {"orderId": "ORD-9", "amount": 29.9}


def told(number: int, **fields: Any) -> dict[str, Any]:
    """An entry of a service, of its own minute."""
    at = START + timedelta(minutes=number)
    return {
        "entryId": f"AUD-{number}",
        "at": at.isoformat().replace("+00:00", "Z"),
        "actor": "lee",
        "action": "order.cancel",
        "target": f"ORD-{number}",
        "reason": "fraud",
        "detail": {},
        "requestId": "",
        **fields,
    }


class Peers:
    """The other services: what each keeps, or why it does not answer."""

    def __init__(self) -> None:
        self.kept: dict[str, list[dict[str, Any]] | Exception] = {}
        self.asked: list[dict[str, str]] = []

    def client(self, service: str) -> httpx.Client:
        """In place of a real client."""

        def answer(request: httpx.Request) -> httpx.Response:
            self.asked.append(dict(request.url.params))
            kept = self.kept.get(service, [])
            if isinstance(kept, Exception):
                raise kept
            limit = int(request.url.params["limit"])
            body = {
                "data": kept[:limit],
                "pagination": {"hasNextPage": len(kept) > limit},
            }
            return httpx.Response(200, json=body)

        transport = httpx.MockTransport(answer)
        return httpx.Client(transport=transport, base_url=f"http://{service}")


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> Peers:
    """They answer; tests say what."""
    found = Peers()
    monkeypatch.setattr(asking, "client", found.client)
    return found


def own(number: int, reason: str = "", target: str = "SAGA-1") -> str:
    """An entry of the orchestrator's own."""
    with clock.clock_set_to(lambda: START + timedelta(minutes=number)):
        return audit.record("kim", "saga.retry", target, reason).entry_id


class TestGather:
    """gather()."""

    def test_merges_by_time(self, peers: Peers) -> None:
        """Newest first, each with the service that keeps it."""
        own(2)
        peers.kept = {"order": [told(3), told(1)], "payment": [told(4)]}
        found = gather({"limit": "20"}, 20)
        assert [entry.service for entry in found.entries] == [
            "payment",
            "order",
            "orchestrator",
            "order",
        ]
        assert (found.older, found.silent) == ("", ())

    def test_says_where_the_next_page_begins(self, peers: Peers) -> None:
        """After the last that is shown, in every service."""
        own(2)
        peers.kept = {"order": [told(3), told(1)]}
        found = gather({"limit": "2"}, 2)
        assert [entry.at.minute for entry in found.entries] == [3, 2]
        assert found.older == found.entries[-1].place

    def test_asks_all_the_same(self, peers: Peers) -> None:
        """Three services, the filters and the limit."""
        gather({"limit": "20", "action": "saga.retry"}, 20)
        assert peers.asked == [{"limit": "20", "action": "saga.retry"}] * 3

    def test_names_who_does_not_answer(self, peers: Peers) -> None:
        """And tells what the others say."""
        peers.kept = {"payment": httpx.ConnectError("refused"), "order": [told(1)]}
        found = gather({"limit": "20"}, 20)
        assert (len(found.entries), found.silent) == (1, ("payment",))

    def test_an_answer_that_is_none_counts_as_none(self, peers: Peers) -> None:
        """Rather than as an error of ours."""
        peers.kept = {"inventory": [{"entryId": "AUD-1"}]}
        assert gather({"limit": "20"}, 20).silent == ("inventory",)


class TestPage:
    """/audit."""

    def test_tells_who_did_what_to_what_and_why(
        self, browser: Client, peers: Peers
    ) -> None:
        """In words, and with the way to it."""
        own(1, reason="restocked")
        peers.kept = {
            "payment": [
                told(2, action="payment.refund", detail=REFUND),
                told(0, action="something.new"),
            ]
        }
        page = browser.get("/audit").content.decode()
        for text in (
            "Retried a saga",
            "restocked",
            'href="/sagas/SAGA-1"',
            "Refunded a payment",
            'href="/orders/ORD-9"',
            "&quot;amount&quot;: 29.9",
            "something.new",
        ):
            assert text in page

    def test_walks_back_page_by_page(self, browser: Client, peers: Peers) -> None:
        """The filters stay in the address."""
        for number in range(12):
            own(number)
        page = browser.get("/audit?limit=10&actor=kim")
        older = page.context["found"].older
        assert page.content.decode().count("<tr id=") == 10
        next_page = browser.get("/audit", {"limit": 10, "actor": "kim", "older": older})
        text = next_page.content.decode()
        assert text.count("<tr id=") == 2
        assert "That is all." in text
        assert "data-live" not in text

    def test_shows_hostile_text_as_text(self, browser: Client, peers: Peers) -> None:
        """In each of its fields."""
        hostile = "<script>alert(1)</script>"
        own(1, reason=hostile, target=hostile)
        peers.kept = {"order": [told(2, actor=hostile, detail={"a": hostile})]}
        page = browser.get("/audit", {"actor": hostile}).content
        assert b"<script>alert" not in page

    def test_a_service_that_is_down_is_told(
        self, browser: Client, peers: Peers
    ) -> None:
        """In the list."""
        peers.kept = {"payment": httpx.ConnectError("refused")}
        page = browser.get("/audit").content.decode()
        assert "The payment service does not answer" in page

    def test_an_empty_list_says_what_will_be_there(
        self, browser: Client, peers: Peers
    ) -> None:
        """And an empty search how to leave it."""
        assert b"Nobody has done anything yet." in browser.get("/audit").content
        assert b"Nothing like that was done." in browser.get("/audit?actor=x").content

    def test_an_unchanged_list_is_not_sent_twice(
        self, browser: Client, peers: Peers
    ) -> None:
        """304."""
        own(1)
        part = browser.get("/audit", headers={"hx-request": "true"})
        known = {"hx-request": "true", "if-none-match": part["ETag"]}
        assert browser.get("/audit", headers=known).status_code == 304

    def test_a_viewer_may_look(self, viewer: Client, peers: Peers) -> None:
        """And nobody else."""
        assert viewer.get("/audit").status_code == 200
        assert Client().get("/audit").status_code == 302
