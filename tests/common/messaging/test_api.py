"""The mailbox over HTTP: look at letters, try them again, put them aside."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from common.messaging.models import DeadLetter
from common.web.models import AuditEntry
from tests.common.messaging.desk import Desk, create_order

pytestmark = pytest.mark.urls("common.messaging.api.urls")

LETTERS = "/api/messages/dead-letters"


@pytest.fixture
def client() -> APIClient:
    """A client on this machine."""
    return APIClient()


@pytest.fixture
def letters(desk: Desk) -> list[str]:
    """The ids of a letter and of one that waits behind it."""
    desk.poisonous = {"B/1"}
    desk.put(create_order("B/1", "ORD-B"), create_order("B/2", "ORD-B"))
    desk.turn()
    rows = DeadLetter.objects.order_by("letter_id")
    return list(rows.values_list("letter_id", flat=True))


class TestList:
    """GET dead-letters."""

    def test_shows_letters_newest_first(
        self, client: APIClient, letters: list[str]
    ) -> None:
        """In pages, with readable payloads."""
        body = client.get(LETTERS).json()
        assert [row["letterId"] for row in body["data"]] == letters[::-1]
        assert body["pagination"]["totalCount"] == 2
        row = body["data"][1]
        assert row.pop("headers")["ce_id"] == "B/1"
        assert row.pop("value")["command"] == "CREATE_ORDER"
        assert row == {
            "messageId": "B/1",
            "topic": "orchestrator.saga",
            "key": "ORD-B",
            "type": "CREATE_ORDER",
            "letterId": letters[0],
            "source": "orchestrator.saga/0/0",
            "status": "RETRYING",
            "attempts": 1,
            "error": "Poison: B/1 is poisonous",
            "nextTryAt": "2026-03-01T12:00:01.123Z",
            "createdAt": "2026-03-01T12:00:00.123Z",
            "updatedAt": "2026-03-01T12:00:00.123Z",
        }

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("status=HELD", 1),
            ("status=HELD,RETRYING", 2),
            ("status[]=DEAD&status[]=HELD", 1),
            ("status=", 2),
            ("key=ORD-B", 2),
            ("key=ORD-X", 0),
            ("key=ORD-B&status=DEAD", 0),
            ("before=0", 0),
            ("before=f", 2),
        ],
    )
    def test_is_narrowed_by_status_and_order(
        self, client: APIClient, letters: list[str], query: str, count: int
    ) -> None:
        """Several statuses are combined."""
        found = client.get(f"{LETTERS}?{query}").json()
        assert found["pagination"]["totalCount"] == count

    @pytest.mark.parametrize(
        ("query", "field"),
        [("status=NOPE", "status"), ("key=a b", "key"), ("before=a b", "before")],
    )
    def test_refuses_what_makes_no_sense(
        self, client: APIClient, db: None, query: str, field: str
    ) -> None:
        """The parameter is named."""
        answer = client.get(f"{LETTERS}?{query}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == field

    def test_goes_on_before_a_letter(
        self, client: APIClient, letters: list[str]
    ) -> None:
        """Those older than it, however many have come since."""
        found = client.get(f"{LETTERS}?before={letters[1]}").json()["data"]
        assert [row["letterId"] for row in found] == letters[:1]

    def test_leaves_out_the_content_if_told_so(
        self,
        client: APIClient,
        letters: list[str],
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        """It is not even read, for it may be long."""
        with django_assert_num_queries(2) as queries:
            found = client.get(f"{LETTERS}?content=false").json()["data"]
        assert {"headers", "value", "trace"} & found[0].keys() == set()
        assert found[1]["error"] == "Poison: B/1 is poisonous"
        assert '"value"' not in queries.captured_queries[-1]["sql"]


class TestCounts:
    """GET dead-letters/counts."""

    def test_tells_those_of_each_status(
        self, client: APIClient, letters: list[str]
    ) -> None:
        """Statuses without a letter are not named; one order's can be asked for."""
        counts = {"RETRYING": 1, "HELD": 1}
        assert client.get(f"{LETTERS}/counts").json() == {"counts": counts}
        assert client.get(f"{LETTERS}/counts?key=ORD-X").json() == {"counts": {}}


class TestValue:
    """GET dead-letters/{letterId}/value."""

    def test_is_the_payload_as_it_came(self, client: APIClient, desk: Desk) -> None:
        """To be kept as a file, never shown as a page."""
        desk.put_raw("order.created", b"<script>\xff")
        desk.turn()
        letter_id = DeadLetter.objects.get().letter_id
        answer = client.get(f"{LETTERS}/{letter_id}/value")
        assert answer.content == b"<script>\xff"
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="{letter_id}.bin"'
        )


class TestDetail:
    """GET dead-letters/{letterId}."""

    def test_shows_the_trace(self, client: APIClient, letters: list[str]) -> None:
        """Of the last failure."""
        body = client.get(f"{LETTERS}/{letters[0]}").json()
        assert "Poison: B/1 is poisonous" in body["trace"]

    def test_leaves_out_the_payload_if_told_so(
        self, client: APIClient, letters: list[str]
    ) -> None:
        """It may be long, and is had as a file."""
        body = client.get(f"{LETTERS}/{letters[0]}?content=false").json()
        assert "value" not in body
        assert body["headers"]["ce_id"] == "B/1"

    def test_of_an_unknown_one_is_404(self, client: APIClient, db: None) -> None:
        """With a sentence."""
        answer = client.get(f"{LETTERS}/nope")
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            "There is no dead letter nope.",
        )


class TestRedrive:
    """POST redrive."""

    def test_of_one_tries_it_and_what_it_held(
        self, client: APIClient, desk: Desk, letters: list[str]
    ) -> None:
        """The answers are published, and it is in the audit trail."""
        desk.poisonous = set()
        answer = client.post(f"{LETTERS}/{letters[0]}/redrive", {"reason": "fixed"})
        body = answer.json()
        assert (answer.status_code, body["tried"], body["resolved"]) == (200, 2, 2)
        assert [row["status"] for row in body["letters"]] == ["RESOLVED"] * 2
        assert desk.answers() == ["B/1", "B/2"]
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.target, entry.reason) == (
            "letter.redrive",
            letters[0],
            "fixed",
        )

    def test_of_one_that_fails_again_says_so(
        self, client: APIClient, letters: list[str]
    ) -> None:
        """It is tried again later."""
        body = client.post(f"{LETTERS}/{letters[0]}/redrive").json()
        assert (body["tried"], body["resolved"]) == (1, 0)
        assert body["letters"][0]["attempts"] == 2

    def test_of_one_that_waits_is_409(
        self, client: APIClient, letters: list[str]
    ) -> None:
        """It must not pass the one before it."""
        answer = client.post(f"{LETTERS}/{letters[1]}/redrive")
        assert (answer.status_code, answer.json()["code"]) == (409, "LETTER_HELD")

    def test_of_a_closed_one_is_409(
        self, client: APIClient, letters: list[str]
    ) -> None:
        """There is nothing left to do."""
        DeadLetter.objects.update(status="RESOLVED")
        answer = client.post(f"{LETTERS}/{letters[0]}/redrive")
        assert (answer.status_code, answer.json()["code"]) == (409, "LETTER_CLOSED")

    def test_of_many_tries_all_that_can_be(
        self, client: APIClient, desk: Desk, letters: list[str]
    ) -> None:
        """Without a body: DEAD and RETRYING ones, with what they hold."""
        desk.poisonous = set()
        body = client.post(f"{LETTERS}/redrive").json()
        assert (body["tried"], body["resolved"], body["refused"]) == (2, 2, [])

    def test_of_those_named_lists_what_it_left(
        self, client: APIClient, desk: Desk, letters: list[str]
    ) -> None:
        """With the code of each."""
        desk.poisonous = set()
        body = client.post(f"{LETTERS}/redrive", {"letterIds": letters}).json()
        assert body["tried"] == 2
        (refused,) = body["refused"]
        assert (refused["letterId"], refused["code"]) == (letters[1], "LETTER_HELD")

    def test_of_many_can_be_of_one_order(
        self, client: APIClient, letters: list[str]
    ) -> None:
        """Those of others are left."""
        body = client.post(f"{LETTERS}/redrive", {"key": "ORD-X"}).json()
        assert (body["tried"], body["refused"]) == (0, [])
        body = client.post(f"{LETTERS}/redrive", {"key": "ORD-B"}).json()
        assert body["tried"] == 1

    def test_of_many_begins_with_the_oldest(
        self, client: APIClient, desk: Desk
    ) -> None:
        """As many as the limit says."""
        desk.poisonous = {"C/1", "D/1"}
        desk.put(create_order("C/1", "ORD-C"), create_order("D/1", "ORD-D"))
        desk.turn()
        body = client.post(f"{LETTERS}/redrive", {"limit": 1}).json()
        assert [row["key"] for row in body["letters"]] == ["ORD-C"]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"limit": 0}, "limit"),
            ({"key": "a b"}, "key"),
            ({"status": "HELD"}, "status"),
            ({"status": 3}, "status"),
            ({"letterIds": []}, "letterIds"),
            ({"letterIds": ["a b"]}, "letterIds[0]"),
            ({"letterIds": ["a"], "status": "DEAD"}, "status"),
            ([], "body"),
        ],
    )
    def test_of_nonsense_is_400(
        self, client: APIClient, db: None, body: Any, field: str
    ) -> None:
        """The field is named."""
        answer = client.post(f"{LETTERS}/redrive", body)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == field


class TestDiscard:
    """POST discard."""

    def test_puts_it_aside(self, client: APIClient, letters: list[str]) -> None:
        """What waited behind it is tried next."""
        answer = client.post(f"{LETTERS}/{letters[0]}/discard", {"reason": "a test"})
        assert (answer.status_code, answer.json()["status"]) == (200, "DISCARDED")
        assert DeadLetter.objects.get(letter_id=letters[1]).status == "RETRYING"
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.reason) == ("letter.discard", "a test")
        assert entry.detail == {"messageId": "B/1", "key": "ORD-B"}

    @pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": 1}])
    def test_needs_a_reason(
        self, client: APIClient, letters: list[str], body: dict[str, Any]
    ) -> None:
        """It is for good."""
        answer = client.post(f"{LETTERS}/{letters[0]}/discard", body)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "reason"

    def test_twice_is_409(self, client: APIClient, letters: list[str]) -> None:
        """Closed is closed."""
        address = f"{LETTERS}/{letters[0]}/discard"
        client.post(address, {"reason": "a"})
        answer = client.post(address, {"reason": "b"})
        assert (answer.status_code, answer.json()["code"]) == (409, "LETTER_CLOSED")


class TestMailbox:
    """GET outbox and inbox of one order."""

    def test_outbox_shows_what_was_sent(self, client: APIClient, desk: Desk) -> None:
        """With what caused it and when it was published."""
        desk.put(create_order("S/1", "ORD-1"), create_order("T/1", "ORD-2"))
        desk.turn()
        (row,) = client.get("/api/messages/outbox?key=ORD-1").json()["data"]
        assert row.pop("headers")["ce_id"] == "S/1/reply"
        assert row == {
            "messageId": "S/1/reply",
            "topic": "orchestrator.reply",
            "key": "ORD-1",
            "type": "CREATE_ORDER.SUCCESS",
            "value": {
                "sagaId": "SAGA-1",
                "orderId": "ORD-1",
                "command": "CREATE_ORDER",
                "status": "SUCCESS",
                "data": {},
            },
            "causationId": "S/1",
            "createdAt": "2026-03-01T12:00:00.123Z",
            "publishedAt": "2026-03-01T12:00:00.123Z",
        }

    def test_inbox_shows_what_was_handled(self, client: APIClient, desk: Desk) -> None:
        """Found by the saga that the order's messages belong to."""
        desk.put(create_order("SAGA-1/1", "ORD-1"), create_order("SAGA-2/1", "ORD-2"))
        desk.turn()
        assert client.get("/api/messages/inbox?key=ORD-1").json()["data"] == [
            {
                "messageId": "SAGA-1/1",
                "topic": "orchestrator.saga",
                "key": "ORD-1",
                "handledAt": "2026-03-01T12:00:00.123Z",
            }
        ]

    @pytest.mark.parametrize("name", ["outbox", "inbox", "story"])
    def test_needs_an_order(self, client: APIClient, db: None, name: str) -> None:
        """All of it is too much to be of use."""
        answer = client.get(f"/api/messages/{name}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "key"


class TestStory:
    """GET story: all of that in one answer."""

    def test_has_what_was_sent_and_handled_oldest_first(
        self, client: APIClient, desk: Desk
    ) -> None:
        """As outbox and inbox show it, and of no other order."""
        desk.put(create_order("SAGA-1/1", "ORD-1"), create_order("SAGA-1/2", "ORD-1"))
        desk.put(create_order("SAGA-2/1", "ORD-2"))
        desk.turn()
        body = client.get("/api/messages/story?key=ORD-1").json()
        outbox = client.get("/api/messages/outbox?key=ORD-1").json()["data"]
        inbox = client.get("/api/messages/inbox?key=ORD-1").json()["data"]
        assert len(outbox) == len(inbox) == 2
        assert body == {
            "key": "ORD-1",
            "sent": outbox[::-1],
            "handled": inbox[::-1],
            "deadLetters": [],
            "actions": [],
            "totals": {"sent": 2, "handled": 2, "deadLetters": 0, "actions": 0},
        }

    def test_has_dead_letters_and_who_acted_on_them(
        self, client: APIClient, letters: list[str]
    ) -> None:
        """A letter's own audit entry is the order's, too."""
        client.post(f"{LETTERS}/{letters[0]}/discard", {"reason": "a test"})
        body = client.get("/api/messages/story?key=ORD-B").json()
        assert [row["letterId"] for row in body["deadLetters"]] == letters
        (action,) = body["actions"]
        assert (action["action"], action["target"]) == ("letter.discard", letters[0])

    def test_is_cut_to_the_newest_and_says_how_many_there_are(
        self, client: APIClient, desk: Desk
    ) -> None:
        """By `limit`."""
        desk.put(*(create_order(f"SAGA-1/{n}", "ORD-1") for n in range(1, 6)))
        desk.turn()
        body = client.get("/api/messages/story?key=ORD-1&limit=2").json()
        ids = [row["messageId"] for row in body["sent"]]
        assert ids == ["SAGA-1/4/reply", "SAGA-1/5/reply"]
        assert body["totals"] == {
            "sent": 5,
            "handled": 5,
            "deadLetters": 0,
            "actions": 0,
        }

    def test_shows_only_how_a_large_payload_begins(
        self, client: APIClient, desk: Desk
    ) -> None:
        """As text, and says how much is missing."""
        desk.answer_bytes = 30_000
        desk.put(create_order("S/1", "ORD-1"))
        desk.turn()
        (row,) = client.get("/api/messages/story?key=ORD-1").json()["sent"]
        assert row["value"] == "x" * 20_000 + "… (+10,000 bytes)"

    def test_of_somebody_else_s_order_is_there_too(
        self, client: APIClient, desk: Desk
    ) -> None:
        """Toss allows more in an id than ours have."""
        order_id = "A=" * 40
        desk.put(create_order("S/1", order_id))
        desk.turn()
        body = client.get("/api/messages/story", {"key": order_id}).json()
        assert [row["key"] for row in body["sent"]] == [order_id]

    @pytest.mark.parametrize("limit", ["0", "501", "x"])
    def test_refuses_a_limit_out_of_bounds(
        self, client: APIClient, db: None, limit: str
    ) -> None:
        """The parameter is named."""
        answer = client.get(f"/api/messages/story?key=ORD-1&limit={limit}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "limit"

    def test_takes_as_many_queries_for_many_messages_as_for_one(
        self, client: APIClient, desk: Desk, django_assert_max_num_queries: Any
    ) -> None:
        """Lists, totals and correlations, each once."""
        desk.put(*(create_order(f"SAGA-1/{n}", "ORD-1") for n in range(1, 30)))
        desk.turn()
        with django_assert_max_num_queries(6):
            client.get("/api/messages/story?key=ORD-1")


class TestRights:
    """In production."""

    @pytest.mark.parametrize(("group", "status"), [("viewer", 403), ("operator", 200)])
    def test_acting_is_for_operators(
        self,
        client: APIClient,
        letters: list[str],
        settings: Any,
        group: str,
        status: int,
    ) -> None:
        """Viewers may look."""
        settings.APP_PROFILE = "production"
        user = User.objects.create_user(username="a")
        user.groups.add(Group.objects.get(name=group))
        client.force_authenticate(user)
        assert client.get(LETTERS).status_code == 200
        answer = client.post(f"{LETTERS}/{letters[0]}/redrive")
        assert answer.status_code == status
