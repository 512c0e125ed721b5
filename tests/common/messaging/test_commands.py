"""The management commands of the mailbox: what they print, do, and exit with."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from common.contracts import topics
from common.log.port import LogUnavailable
from common.messaging import outbox, relay
from common.messaging.management.choices import days, moment
from common.messaging.models import DeadLetter, InboxMessage, OutboxMessage
from common.web.models import AuditEntry
from tests.common.messaging.desk import Desk, create_order


def run(*arguments: str) -> tuple[str, int]:
    """(what was printed, exit code)."""
    out = StringIO()
    try:
        call_command(*arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


@pytest.fixture
def letters(desk: Desk) -> list[str]:
    """The ids of a letter and of one that waits behind it."""
    desk.poisonous = {"B/1"}
    desk.put(create_order("B/1", "ORD-B"), create_order("B/2", "ORD-B"))
    desk.turn()
    rows = DeadLetter.objects.order_by("letter_id")
    return list(rows.values_list("letter_id", flat=True))


class TestRedrive:
    """redrive_dead_letters."""

    def test_all(self, desk: Desk, letters: list[str]) -> None:
        """What was held comes after its head, and the answers are published."""
        desk.poisonous = set()
        printed, code = run("redrive_dead_letters", "--all", "--reason", "fixed")
        assert printed.splitlines() == [
            f"{letters[0]}: RESOLVED  B/1",
            f"{letters[1]}: RESOLVED  B/2",
        ]
        assert code == 0
        assert desk.answers() == ["B/1", "B/2"]
        entry = AuditEntry.objects.get()
        assert entry.actor.startswith("command:")
        assert (entry.action, entry.reason) == ("letter.redrive", "fixed")

    def test_exits_1_where_one_fails_again(self, letters: list[str]) -> None:
        """It stays open."""
        printed, code = run("redrive_dead_letters", letters[0])
        assert (printed, code) == (f"{letters[0]}: RETRYING  B/1\n", 1)

    def test_exits_1_where_one_must_wait(self, letters: list[str]) -> None:
        """And says for what."""
        printed, code = run("redrive_dead_letters", letters[1])
        assert "redrive or discard that one" in printed
        assert code == 1

    def test_a_dry_run_tries_nothing(self, desk: Desk, letters: list[str]) -> None:
        """It says what would be tried."""
        printed, code = run("redrive_dead_letters", "--all", "--dry-run", "--json")
        assert json.loads(printed) == {
            "tried": [
                {
                    "letterId": letters[0],
                    "messageId": "B/1",
                    "status": "RETRYING",
                    "error": "Poison: B/1 is poisonous",
                }
            ],
            "refused": [],
        }
        assert (code, desk.handled) == (0, [])
        assert DeadLetter.objects.first() is not None
        assert AuditEntry.objects.count() == 0

    def test_by_status(self, desk: Desk, letters: list[str]) -> None:
        """None is DEAD yet."""
        assert run("redrive_dead_letters", "--status", "DEAD") == ("None.\n", 0)

    @pytest.mark.parametrize(
        "arguments", [(), ("--all", "--status", "DEAD"), ("L-1", "--all"), ("L-1",)]
    )
    def test_exits_1_where_it_is_not_clear_which(
        self, desk: Desk, arguments: tuple[str, ...]
    ) -> None:
        """One way of naming letters, and they must exist."""
        assert run("redrive_dead_letters", *arguments) == ("", 1)


class TestDiscard:
    """discard_dead_letters."""

    def test_puts_them_aside(self, letters: list[str]) -> None:
        """With the reason, in the audit trail too."""
        printed, code = run("discard_dead_letters", letters[0], "--reason", "a test")
        assert (printed, code) == (f"{letters[0]}: discarded  B/1\n", 0)
        letter = DeadLetter.objects.get(letter_id=letters[0])
        assert (letter.status, AuditEntry.objects.get().reason) == (
            "DISCARDED",
            "a test",
        )

    def test_exits_1_where_one_is_closed(self, letters: list[str]) -> None:
        """The others are put aside."""
        DeadLetter.objects.filter(letter_id=letters[0]).update(status="RESOLVED")
        printed, code = run("discard_dead_letters", *letters, "--reason", "a", "--json")
        assert json.loads(printed) == {
            "discarded": [letters[1]],
            "refused": [{"letterId": letters[0], "code": "LETTER_CLOSED"}],
        }
        assert code == 1

    def test_a_dry_run_changes_nothing(self, letters: list[str]) -> None:
        """It only says so."""
        run("discard_dead_letters", *letters, "--reason", "a", "--dry-run")
        assert DeadLetter.objects.filter(status="DISCARDED").count() == 0


class TestReplay:
    """replay_outbox."""

    @pytest.fixture(autouse=True)
    def sent(self, desk: Desk) -> Desk:
        """Two answers, published."""
        desk.put(create_order("S/1", "ORD-1"), create_order("T/1", "ORD-2"))
        desk.turn()
        return desk

    def test_by_order(self, desk: Desk) -> None:
        """Once more, marked as a resend, and audited."""
        assert run("replay_outbox", "--key", "ORD-2") == ("1 messages sent again.\n", 0)
        assert desk.answers() == ["S/1", "T/1", "T/1"]
        last = desk.published(topics.REPLIES)[-1]
        assert (last.headers["ce_id"], last.headers["ce_resend"]) == ("T/1/reply", "1")
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.target) == ("outbox.replay", "key ORD-2")

    @pytest.mark.parametrize(
        ("arguments", "count"),
        [
            (("--message-id", "S/1/reply"), 1),
            (("--topic", "orchestrator.reply"), 2),
            (("--topic", "order.created"), 0),
            (("--topic", "orchestrator.reply", "--key", "ORD-1"), 1),
        ],
    )
    def test_filters_are_combined(self, arguments: tuple[str, ...], count: int) -> None:
        """A dry run counts."""
        printed, code = run("replay_outbox", *arguments, "--dry-run", "--json")
        assert json.loads(printed) == {"messages": count, "dryRun": True}
        assert code == 0

    def test_since_goes_by_the_time_it_was_sent(self, desk: Desk) -> None:
        """Positions begin with it."""
        soon = (desk.now + timedelta(minutes=1)).isoformat()
        before = (desk.now - timedelta(minutes=1)).isoformat()
        assert run("replay_outbox", "--since", soon) == ("0 messages sent again.\n", 0)
        assert run("replay_outbox", "--since", before)[0] == "2 messages sent again.\n"

    def test_needs_a_filter(self) -> None:
        """Nobody wants to send everything again by mistake."""
        assert run("replay_outbox") == ("", 1)


class TestRelay:
    """relay_outbox."""

    def test_publishes_what_waits(self, desk: Desk) -> None:
        """However young it is."""
        outbox.store([create_order("S/1", "ORD-1")])
        assert run("relay_outbox") == ("1 messages published.\n", 0)
        assert run("relay_outbox", "--json") == ('{"published": 0}\n', 0)
        assert len(desk.published(topics.COMMANDS)) == 1

    def test_exits_1_where_the_log_is_away(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With a sentence instead of a trace."""

        def away() -> None:
            raise LogUnavailable("away")

        monkeypatch.setattr(relay, "process_publisher", away)
        assert run("relay_outbox") == ("", 1)


class TestPurge:
    """purge_old_data."""

    @pytest.fixture(autouse=True)
    def old(self, desk: Desk) -> None:
        """One message was handled and answered eight days ago."""
        desk.put(create_order("S/1", "ORD-1"))
        desk.turn()
        desk.wait(8 * 24 * 3600)

    def test_deletes_what_is_older_than_the_setting(self) -> None:
        """Seven days, and says how much it was."""
        printed, code = run("purge_old_data")
        assert printed.splitlines() == [
            "outbox: 1 deleted",
            "inbox: 1 deleted",
            "dead_letters: 0 deleted",
            "log: 0 deleted",
            "idempotency: 0 deleted",
            "sign_in_tries: 0 deleted",
        ]
        assert (code, InboxMessage.objects.count()) == (0, 0)
        assert AuditEntry.objects.get().target == "older than 7 days"

    def test_or_than_the_days_given(self) -> None:
        """Nothing is nine days old."""
        printed, _ = run("purge_old_data", "--older-than-days", "9", "--json")
        assert json.loads(printed)["inbox"] == 0

    def test_a_dry_run_only_counts(self) -> None:
        """Nothing is deleted, nothing audited."""
        printed, _ = run("purge_old_data", "--dry-run")
        assert "outbox: 1 would be deleted" in printed
        assert OutboxMessage.objects.count() == 1
        assert AuditEntry.objects.count() == 0


class TestChoices:
    """Arguments that several commands take."""

    def test_a_moment_is_a_time_or_an_age(self, desk: Desk) -> None:
        """UTC where no zone is named."""
        assert moment("2h") == desk.now - timedelta(hours=2)
        assert moment("2026-01-31T09:00") == datetime(2026, 1, 31, 9, tzinfo=UTC)
        assert moment("2026-01-31T09:00+09:00") == datetime(2026, 1, 31, tzinfo=UTC)

    @pytest.mark.parametrize("text", ["", "soon", "5", "-5m", "2026-13-01"])
    def test_anything_else_is_explained(self, text: str) -> None:
        """By examples."""
        with pytest.raises(ArgumentTypeError, match="nor an age such as 2h"):
            moment(text)

    @pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", "36501"])
    def test_days_are_whole(self, text: str) -> None:
        """From 1 on."""
        with pytest.raises(ArgumentTypeError, match="whole number of days"):
            days(text)
