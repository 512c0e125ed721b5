"""Who did what, when and why is kept with what was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from common import clock
from common.storage.transactions import atomic
from common.web import audit
from common.web.models import AuditEntry
from tests.common.web.conftest import user_in

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 2, 12, 0, 0, 123000, tzinfo=UTC)


def test_an_entry_says_everything(client: APIClient) -> None:
    """Actor, time, target and request, over HTTP too."""
    client.force_authenticate(user_in("operator"))
    with clock.clock_set_to(lambda: NOON):
        client.post("/api/notes", {"a": 1.5}, format="json", HTTP_X_REQUEST_ID="r1")
    [entry] = client.get("/api/audit?action=note").json()["data"]
    assert entry.pop("entryId").startswith("AUD-")
    assert entry == {
        "at": "2026-01-02T12:00:00.123Z",
        "actor": "a-operator",
        "action": "note",
        "target": "here",
        "reason": "",
        "detail": {"a": "1.5"},
        "requestId": "r1",
    }


def test_an_unnamed_caller_is_known_by_its_address(client: APIClient) -> None:
    """In demo."""
    client.post("/api/notes", {}, format="json")
    assert AuditEntry.objects.get().actor == "anonymous@127.0.0.1"


def test_who_acts_for_somebody_says_so(client: APIClient) -> None:
    """The caller, whose rights count, stands first; the name is but a claim."""
    client.force_authenticate(user_in("operator"))
    for name in ("J%C3%BCrgen", "a-operator", "x%0Ay" + "z" * 200):
        client.post("/api/notes", {}, format="json", HTTP_X_ON_BEHALF_OF=name)
    actors = [entry.actor for entry in AuditEntry.objects.order_by("at", "entry_id")]
    assert sorted(actors) == [
        "a-operator",
        "a-operator for Jürgen",
        f"a-operator for xy{'z' * 148}",
    ]


def test_a_command_says_who_ran_it() -> None:
    """The user of the operating system."""
    audit.record(audit.command_actor(), "purge", "everything", detail={"n": Decimal(1)})
    assert AuditEntry.objects.get().actor.startswith("command:")


def test_an_entry_goes_with_its_transaction() -> None:
    """What was not done leaves no entry."""

    def try_it() -> None:
        with atomic():
            audit.record("me", "try", "it")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        try_it()
    assert AuditEntry.objects.count() == 0


def test_long_texts_are_cut() -> None:
    """To what the columns hold on every database."""
    entry = audit.record("a" * 300, "act", "t" * 300, reason="r" * 3000)
    lengths = (len(entry.actor), len(entry.target), len(entry.reason))
    assert lengths == (200, 200, 2000)


def test_the_list_can_be_filtered(client: APIClient) -> None:
    """By actor, action and target."""
    audit.record("me", "retry", "SAGA-1")
    audit.record("you", "retry", "SAGA-2")
    found = client.get("/api/audit?actor=me").json()["data"]
    assert [entry["target"] for entry in found] == ["SAGA-1"]


def test_the_admin_only_shows(client: APIClient) -> None:
    """Even to a superuser."""
    client.force_login(User.objects.create_superuser("root", password="x"))
    entry = audit.record("me", "retry", "SAGA-1")
    page = f"/admin/web/auditentry/{entry.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"actor": "you"}).status_code == 403
    assert client.post(f"/admin/web/auditentry/{entry.pk}/delete/").status_code == 403


def written(number: int, actor: str = "lee", target: str = "SAGA-1") -> AuditEntry:
    """An entry of its own minute."""
    with clock.clock_set_to(lambda: NOON + timedelta(minutes=number)):
        return audit.record(actor, "saga.retry", target)


def found(client: APIClient, **asked: str) -> list[str]:
    """The ids in the answer."""
    answer = client.get("/api/audit", asked)
    assert answer.status_code == 200
    return [entry["entryId"] for entry in answer.json()["data"]]


class TestFilters:
    """GET /api/audit with parameters."""

    def test_by_part_of_a_name_or_target(self, client: APIClient) -> None:
        """In any case of letters."""
        one = written(1, actor="bot for Lee", target="SAGA-1").entry_id
        two = written(2, actor="kim", target="ORD-2").entry_id
        assert found(client, actorContains="LEE") == [one]
        assert found(client, targetContains="ord-") == [two]
        assert found(client, actorContains="nobody") == []

    def test_by_time(self, client: APIClient) -> None:
        """From the first moment on, and before the second."""
        entries = [written(number).entry_id for number in range(4)]
        since, until = "2026-01-02T12:01:00.123Z", "2026-01-02T12:03:00.123Z"
        assert found(client, since=since, until=until) == [entries[2], entries[1]]

    def test_after_an_entry_nothing_is_left_out_or_told_twice(
        self, client: APIClient
    ) -> None:
        """Those of the same moment too."""
        ids = sorted((written(7).entry_id for _ in range(5)), reverse=True)
        ids.append(written(1).entry_id)
        told: list[str] = []
        place: dict[str, str] = {}
        while page := client.get("/api/audit", {"limit": "2", **place}).json()["data"]:
            told += [entry["entryId"] for entry in page]
            place = {"olderThan": f"{page[-1]['at']}/{page[-1]['entryId']}"}
        assert told == ids

    @pytest.mark.parametrize(
        "asked",
        [
            {"since": "yesterday"},
            {"olderThan": "x"},
            {"olderThan": "2026-01-02T12:00:00/AUD-1"},
            {"olderThan": "2026-01-02T12:00:00Z/"},
        ],
    )
    def test_what_is_no_time_is_refused(
        self, client: APIClient, asked: dict[str, str]
    ) -> None:
        """400, with the name of the field."""
        answer = client.get("/api/audit", asked)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] in asked
