"""Dead letters in pages: looked at, tried again, put aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.contrib.messages import get_messages
from django.test import Client

from common import clock
from common.log_pages import dead_letters
from common.messaging import position, relay, repairs
from common.messaging.models import DeadLetter
from common.web import peers
from common.web.models import AuditEntry
from tests.common.log_pages.conftest import URLS, signed_in
from tests.common.log_pages.post import Post, away
from tests.common.messaging.desk import Desk, create_order

pytestmark = [URLS, pytest.mark.django_db]

LIST = "/log/dead-letters"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """The services, as the pages ask them."""
    made = Post()
    monkeypatch.setattr(peers, "client", made.client)
    monkeypatch.setattr(dead_letters, "_threads", made)
    return made


@pytest.fixture
def desk(post: Post, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The service `order`, with a log in memory."""
    made = Desk()
    monkeypatch.setattr(relay, "process_publisher", made.log.publisher)
    monkeypatch.setattr(repairs, "this_service", lambda: made.service)
    with clock.clock_set_to(lambda: made.now):
        by_its_clock = position.Positions(lambda: clock.now().timestamp())
        monkeypatch.setattr(position, "_positions", by_its_clock)
        yield made


@pytest.fixture
def letters(desk: Desk) -> list[str]:
    """The names of a letter, and of one that waits behind it."""
    desk.poisonous = {"B/1"}
    desk.put(create_order("B/1", "ORD-B"), create_order("B/2", "ORD-B"))
    desk.turn()
    return names()


def names() -> list[str]:
    """The names of all letters, the oldest first."""
    rows = DeadLetter.objects.order_by("letter_id").values_list("letter_id", flat=True)
    return [f"order:{letter_id}" for letter_id in rows]


def said(answer: Any) -> list[str]:
    """What the next page will say about what was done."""
    return [str(one) for one in get_messages(answer.wsgi_request)]


def address(name: str) -> str:
    """The page of a letter."""
    return f"{LIST}/{name.replace(':', '/')}"


class TestList:
    """All services' letters."""

    def test_shows_those_of_every_service(
        self, browser: Client, part: Client, letters: list[str]
    ) -> None:
        """With status, key and error; in the live part likewise."""
        for client in (browser, part):
            page = client.get(LIST).content.decode()
            assert page.count('name="letter"') == 2
            assert "Poison: B/1 is poisonous" in page
            assert "ORD-B" in page

    def test_is_narrowed(self, browser: Client, letters: list[str]) -> None:
        """By status, service and order; nothing fitting is said."""
        page = browser.get(f"{LIST}?status=HELD").content.decode()
        assert page.count('name="letter"') == 1
        assert f'value="{letters[1]}"' in page
        for query in ("service=payment", "key=ORD-X", "status=DEAD"):
            assert "No dead letter is like that." in (
                browser.get(f"{LIST}?{query}").content.decode()
            )
        bad = browser.get(f"{LIST}?key=a b&status=NOPE&service=none")
        assert (bad.status_code, b'class="error"' in bad.content) == (200, True)

    def test_without_any_says_so(self, browser: Client, desk: Desk) -> None:
        """And what one would be."""
        page = browser.get(LIST).content.decode()
        assert "Every message so far could be handled." in page

    def test_names_services_that_do_not_answer(
        self, browser: Client, post: Post, letters: list[str]
    ) -> None:
        """The others' letters are there."""
        post.answers["payment"] = away
        page = browser.get(LIST)
        assert page.status_code == 200
        assert "<strong>payment</strong>" in page.content.decode()
        assert page.content.decode().count('name="letter"') == 2

    @pytest.mark.parametrize("status", [401, 403])
    def test_says_where_a_name_for_us_is_missing(
        self, browser: Client, post: Post, desk: Desk, status: int
    ) -> None:
        """A service that does not let us in."""
        post.answers["payment"] = lambda _: httpx.Response(status)
        assert "PAYMENT_URL" in browser.get(LIST).content.decode()

    def test_goes_on_behind_a_full_page(
        self, browser: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """By the last letter shown, whatever comes meanwhile."""
        monkeypatch.setattr(dead_letters, "PAGE", 3)
        for n in range(5):
            desk.put_raw("order.created", b"{")
            desk.wait(n)
            desk.turn()
        every = names()
        first = browser.get(LIST).content.decode()
        assert f'href="?before={every[2].removeprefix("order:")}"' in first
        rest = browser.get(f"{LIST}?before={every[2].removeprefix('order:')}")
        shown = rest.content.decode()
        assert [name for name in every if f'value="{name}"' in shown] == every[:2]

    def test_asks_each_service_twice_however_many_there_are(
        self, browser: Client, post: Post, desk: Desk
    ) -> None:
        """Counts, and a page."""
        browser.get(LIST)
        assert len(post.asked) == 8


class TestLetter:
    """One letter."""

    def test_shows_content_headers_and_trace(
        self, browser: Client, letters: list[str]
    ) -> None:
        """And leads to its order, and to where it came from."""
        page = browser.get(address(letters[0])).content.decode()
        assert "CREATE_ORDER" in page
        assert "ce_id" in page
        assert "Traceback" in page
        assert 'href="/orders/ORD-B"' in page
        assert 'href="/log/topics/orchestrator.saga/0/0"' in page

    def test_hostile_ones_are_text(self, browser: Client, desk: Desk) -> None:
        """Whatever is in them."""
        desk.put_raw("order.created", SCRIPT.encode(), {"ce_type": SCRIPT})
        desk.turn()
        for page in (LIST, address(names()[0])):
            assert SCRIPT not in browser.get(page).content.decode()

    def test_a_content_is_kept_as_a_file(self, browser: Client, desk: Desk) -> None:
        """Byte by byte."""
        desk.put_raw("order.created", b"\xff<html>")
        desk.turn()
        answer = browser.get(f"{address(names()[0])}/value")
        assert answer.content == b"\xff<html>"
        assert answer.headers["Content-Type"] == "application/octet-stream"

    def test_says_why_one_that_waits_cannot_be_redriven(
        self, browser: Client, letters: list[str]
    ) -> None:
        """It can be discarded."""
        page = browser.get(address(letters[1])).content.decode()
        assert "It waits behind an earlier message" in page
        assert f"redrive?letter={letters[1]}" not in page
        assert f"discard?letter={letters[1]}" in page

    def test_that_is_not_there_is_not_found(self, browser: Client, desk: Desk) -> None:
        """Nor is one of a service there is not."""
        for name in ("order/nope", "nobody/nope"):
            assert browser.get(f"{LIST}/{name}").status_code == 404
            assert browser.get(f"{LIST}/{name}/value").status_code == 404

    def test_of_a_service_that_does_not_answer_says_so(
        self, browser: Client, post: Post
    ) -> None:
        """With a page."""
        post.answers["payment"] = away
        for path in ("x", "x/value"):
            answer = browser.get(f"{LIST}/payment/{path}")
            assert answer.status_code == 503
            assert "Connection refused" in answer.content.decode()


class TestRedrive:
    """Trying again."""

    def test_is_asked_about_first(
        self, browser: Client, part: Client, letters: list[str]
    ) -> None:
        """As a page or a dialog; nothing has happened yet."""
        path = f"{LIST}/redrive?letter={letters[0]}"
        assert "<html" in browser.get(path).content.decode()
        dialog = part.get(path).content.decode()
        assert "<html" not in dialog
        assert "This message is handed to its service once more" in dialog
        assert not AuditEntry.objects.exists()

    def test_of_one_tries_it_and_what_it_held(
        self, browser: Client, desk: Desk, letters: list[str]
    ) -> None:
        """And is in the audit trail of the service."""
        desk.poisonous = set()
        path = f"{LIST}/redrive?letter={letters[0]}&from=letter"
        answer = browser.post(path, {"reason": "mended"})
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            address(letters[0]),
        )
        assert said(answer) == ["2 letters were handled."]
        assert set(DeadLetter.objects.values_list("status", flat=True)) == {"RESOLVED"}
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.reason) == ("letter.redrive", "mended")

    def test_says_what_failed_and_what_was_refused(
        self, browser: Client, letters: list[str]
    ) -> None:
        """Both together."""
        query = "&".join(f"letter={name}" for name in letters)
        answer = browser.post(f"{LIST}/redrive?{query}&status=HELD")
        failed, refused = said(answer)
        assert failed == "1 letter failed again; its error is new."
        assert "waits behind an earlier message of ORD-B" in refused
        assert answer.headers["Location"] == f"{LIST}?status=HELD"

    def test_of_all_tries_those_of_the_filter(
        self, browser: Client, desk: Desk, post: Post, letters: list[str]
    ) -> None:
        """Of every service that is meant, and says how many first."""
        dialog = browser.get(f"{LIST}/redrive?all=1&service=order").content.decode()
        assert "<dt>order</dt>" in dialog
        none = browser.get(f"{LIST}/redrive?all=1&status=HELD").content.decode()
        assert "None of these can be redriven" in none
        desk.poisonous = set()
        post.asked.clear()
        answer = browser.post(f"{LIST}/redrive?all=1&key=ORD-X&service=order")
        assert said(answer) == ["There was nothing to redrive."]
        answer = browser.post(f"{LIST}/redrive?all=1&key=ORD-B&service=order")
        assert said(answer)[1:] == ["2 letters were handled."]
        assert {service for service, _ in post.asked} == {"order"}

    def test_of_all_in_a_status_that_waits_does_nothing(
        self, browser: Client, desk: Desk, letters: list[str]
    ) -> None:
        """Those that are held are not redriven by a filter that shows them alone."""
        desk.poisonous = set()
        answer = browser.post(f"{LIST}/redrive?all=1&status=HELD&service=order")
        assert said(answer) == ["There was nothing to redrive."]
        assert not DeadLetter.objects.filter(status="RESOLVED").exists()

    @pytest.mark.parametrize("query", ["", "letter=", "letter=x", "letter=no:x"])
    def test_of_none_does_nothing(
        self, browser: Client, letters: list[str], query: str
    ) -> None:
        """Nobody meant all of them."""
        for act in ("redrive", "discard"):
            answer = browser.post(f"{LIST}/{act}?{query}", {"reason": "x"})
            assert "Tick the letters" in answer.content.decode()
        assert not AuditEntry.objects.exists()

    def test_goes_on_where_one_service_is_away(
        self, browser: Client, desk: Desk, post: Post, letters: list[str]
    ) -> None:
        """And says which."""
        post.answers["payment"] = away
        desk.poisonous = set()
        query = f"letter=payment:x&letter={letters[0]}"
        handled, refused = said(browser.post(f"{LIST}/redrive?{query}"))
        assert handled == "2 letters were handled."
        assert refused.startswith("payment: It can't be reached")


class TestDiscard:
    """Putting aside."""

    def test_needs_a_reason(self, browser: Client, letters: list[str]) -> None:
        """It is for good."""
        answer = browser.post(f"{LIST}/discard?letter={letters[0]}", {"reason": " "})
        assert answer.status_code == 200
        assert "Say why: it is for good." in answer.content.decode()
        assert not AuditEntry.objects.exists()

    def test_lets_what_waited_go_on(self, browser: Client, letters: list[str]) -> None:
        """With the reason in the trail and in the list."""
        path = f"{LIST}/discard?letter={letters[0]}"
        answer = browser.post(path, {"reason": "a test"})
        assert said(answer) == ["1 letter was put aside."]
        assert answer.headers["Location"] == LIST
        assert [one.status for one in DeadLetter.objects.order_by("letter_id")] == [
            "DISCARDED",
            "RETRYING",
        ]
        again = browser.post(path, {"reason": "again"})
        (_, refused) = said(again)
        assert "there is nothing left to do" in refused
        assert AuditEntry.objects.count() == 1


class TestRights:
    """In production."""

    @pytest.fixture
    def act(self, letters: list[str]) -> Callable[[Client], list[int]]:
        """What a client is answered to each act."""

        def answers(client: Client) -> list[int]:
            query = f"letter={letters[0]}"
            return [
                client.post(f"{LIST}/{act}?{query}", {"reason": "x"}).status_code
                for act in ("redrive", "discard")
            ]

        return answers

    def test_nobody_looks_or_acts(
        self, browser: Client, act: Callable[[Client], list[int]], production: None
    ) -> None:
        """They are asked to sign in."""
        assert browser.get(LIST).status_code == 302
        assert act(browser) == [302, 302]
        assert not AuditEntry.objects.exists()

    def test_a_viewer_looks_and_cannot_act(
        self,
        post: Post,
        act: Callable[[Client], list[int]],
        letters: list[str],
        production: None,
    ) -> None:
        """The buttons are there, and say why not."""
        viewer = signed_in("viewer")
        assert act(viewer) == [403, 403]
        post.answers["order"] = lambda _: httpx.Response(503)
        page = viewer.get(LIST).content.decode()
        assert page.count("disabled") == 3
        assert "Only an operator may redrive and discard" in page
        assert not AuditEntry.objects.exists()

    def test_the_trail_names_the_person(
        self, browser: Client, letters: list[str]
    ) -> None:
        """Whoever it is that asks for them."""
        browser.post(f"{LIST}/redrive?letter={letters[0]}")
        assert AuditEntry.objects.get().actor == "anonymous@127.0.0.1"
