"""From the outbox to the log: at once after the commit, or by the sweep."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from common import clock
from common.contracts import topics
from common.log.port import LogUnavailable, NewRecord
from common.messaging import outbox, publishing, relay, tasks
from common.messaging.models import OutboxMessage
from common.storage.transactions import atomic
from tests.common.messaging.desk import NOW, Desk, create_order

DEADLINE = 5.0
CaptureCommits = Callable[..., Any]


class Unwilling:
    """A publisher whose log is away."""

    def publish(self, records: Sequence[NewRecord]) -> None:
        raise LogUnavailable("away")

    def close(self) -> None:
        """Nothing is held."""


def stored(*message_ids: str) -> list[OutboxMessage]:
    """Messages in the outbox, not yet published."""
    return outbox.store([create_order(one, f"ORD-{one}") for one in message_ids])


class TestPublish:
    """publish()."""

    def test_appends_in_order_and_notes_it(self, desk: Desk) -> None:
        """The log has the messages with their headers."""
        relay.publish(desk.log.publisher(), stored("S/1", "S/2"))
        records = desk.published(topics.COMMANDS)
        assert [record.headers["ce_id"] for record in records] == ["S/1", "S/2"]
        times = OutboxMessage.objects.values_list("published_at", flat=True)
        assert set(times) == {NOW}

    def test_notes_nothing_where_the_log_is_away(self, desk: Desk) -> None:
        """The rows are left for the sweep."""
        rows = stored("S/1")
        with pytest.raises(LogUnavailable):
            relay.publish(Unwilling(), rows)
        assert OutboxMessage.objects.get().published_at is None

    def test_of_nothing_does_not_ask_the_log(self, desk: Desk) -> None:
        """No rows, no call."""
        relay.publish(Unwilling(), [])
        assert desk.published(topics.COMMANDS) == []


class TestSweep:
    """sweep()."""

    def test_publishes_what_a_crash_left_in_the_order_it_was_sent(
        self, desk: Desk
    ) -> None:
        """However much it is."""
        stored(*(f"S/{number}" for number in range(relay.BATCH + 3)))
        desk.wait(10)
        assert relay.sweep(desk.log.publisher()) == relay.BATCH + 3
        records = desk.log.admin().read(topics.COMMANDS, 0, 0, limit=1000)
        ids = [record.headers["ce_id"] for record in records]
        assert ids == [f"S/{number}" for number in range(relay.BATCH + 3)]
        assert relay.sweep(desk.log.publisher()) == 0

    def test_leaves_young_rows_to_who_wrote_them(self, desk: Desk) -> None:
        """Unless it is told that nobody else is there."""
        stored("S/1")
        desk.wait(4)
        assert relay.sweep(desk.log.publisher()) == 0
        assert relay.sweep(desk.log.publisher(), older_than=relay.NOW) == 1


class TestAppend:
    """outbox.append(): with the caller's transaction, or not at all."""

    def test_offers_to_the_relay_once_it_is_committed(
        self, desk: Desk, django_capture_on_commit_callbacks: CaptureCommits
    ) -> None:
        """Not before."""
        offered: list[str] = []
        with (
            relay.relay_set_to(lambda rows: offered.extend(r.message_id for r in rows)),
            django_capture_on_commit_callbacks(execute=True),
            atomic(),
        ):
            outbox.append([create_order("S/1", "ORD-1")])
            assert offered == []
        assert offered == ["S/1"]

    def test_of_nothing_offers_nothing(
        self, desk: Desk, django_capture_on_commit_callbacks: CaptureCommits
    ) -> None:
        """No message, no callback."""
        with django_capture_on_commit_callbacks() as callbacks, atomic():
            outbox.append([])
        assert callbacks == []

    def test_leaves_nothing_where_the_transaction_fails(
        self, desk: Desk, django_capture_on_commit_callbacks: CaptureCommits
    ) -> None:
        """Neither a row nor a message."""

        def fail() -> None:
            with atomic():
                outbox.append([create_order("S/1", "ORD-1")])
                raise ZeroDivisionError

        with (
            django_capture_on_commit_callbacks() as callbacks,
            pytest.raises(ZeroDivisionError),
        ):
            fail()
        assert (callbacks, OutboxMessage.objects.count()) == ([], 0)


class TestReplay:
    """outbox.replay(): once more, marked as a resend."""

    def test_offers_the_messages_with_the_mark(self, desk: Desk) -> None:
        """What is stored stays as it was."""
        rows = stored("S/1")
        with publishing.publishing_at_once():
            assert outbox.replay(rows) == 1
        (record,) = desk.published(topics.COMMANDS)
        assert record.headers["ce_resend"] == "1"
        assert "ce_resend" not in OutboxMessage.objects.get().headers


class TestPublishNow:
    """publishing_at_once(): for commands, which outlive no thread."""

    def test_leaves_to_the_sweep_what_the_log_does_not_take(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The work is committed; it must not fail for a log that is away."""
        monkeypatch.setattr(relay, "process_publisher", Unwilling)
        publishing.publish_now(stored("S/1"))
        assert OutboxMessage.objects.get().published_at is None


class TestTasks:
    """The sweeps that the beat rings for."""

    def test_of_a_log_that_is_away_say_so_and_wait(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The next ring finds the same work; a failed task would tell no more."""
        monkeypatch.setattr(relay, "process_publisher", Unwilling)
        stored("S/1")
        desk.wait(60)
        with clock.clock_set_to(lambda: desk.now):
            assert tasks.relay_outbox() == 0
        assert OutboxMessage.objects.get().published_at is None

    def test_of_a_log_that_is_there_publish(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And say how many."""
        monkeypatch.setattr(relay, "process_publisher", desk.log.publisher)
        stored("S/1")
        desk.wait(60)
        with clock.clock_set_to(lambda: desk.now):
            assert tasks.relay_outbox() == 1


class TestThread:
    """RelayThread: what commits in a web process."""

    @pytest.fixture
    def published(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The ids that reached `send`; one named "bad" is refused."""
        seen: list[str] = []

        def publish(publisher: object, rows: Sequence[OutboxMessage]) -> None:
            if any(row.message_id == "bad" for row in rows):
                raise LogUnavailable("away")
            seen.extend(row.message_id for row in rows)
            if seen[-1] == "last":
                done.set()

        done = threading.Event()
        self.done = done
        monkeypatch.setattr(relay, "send", publish)
        monkeypatch.setattr(relay, "note_published", lambda rows: None)
        return seen

    def test_publishes_in_the_order_of_the_offers(self, published: list[str]) -> None:
        """However many there are."""
        thread = relay.RelayThread(Unwilling())
        names = [f"m{number}" for number in range(relay.BATCH * 2)]
        for name in names:
            thread.offer([OutboxMessage(message_id=name)])
        thread.offer([OutboxMessage(message_id="last")])
        assert self.done.wait(DEADLINE)
        assert published == [*names, "last"]

    def test_catches_up_from_the_database_once_the_log_is_back(
        self, published: list[str], sweeps: list[bool]
    ) -> None:
        """It asks again and again; what comes after that is published as ever."""
        thread = relay.RelayThread(Unwilling())
        thread.offer([OutboxMessage(message_id="bad")])
        assert self.caught_up.wait(DEADLINE)
        assert sweeps == [False, False, True]
        thread.offer([OutboxMessage(message_id="last")])
        assert self.done.wait(DEADLINE)
        assert published == ["last"]

    def test_keeps_in_memory_nothing_that_waits_for_a_log_that_is_away(
        self, published: list[str], sweeps: list[bool]
    ) -> None:
        """More would come than go; all of it is in the database."""
        thread = relay.RelayThread(Unwilling())
        waiting = [OutboxMessage(message_id=f"m{n}") for n in range(relay.BATCH)]
        thread.offer([OutboxMessage(message_id="bad"), *waiting])
        assert self.caught_up.wait(DEADLINE)
        thread.offer([OutboxMessage(message_id="last")])
        assert self.done.wait(DEADLINE)
        assert published == ["last"]

    @pytest.fixture
    def sweeps(self, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
        """Sweeps that fail twice and then work, one after the other at once."""
        self.caught_up = threading.Event()
        seen: list[bool] = []

        def sweep(publisher: object, older_than: timedelta) -> int:
            assert older_than == relay.NOW
            seen.append(len(seen) >= 2)
            if not seen[-1]:
                raise LogUnavailable("still away")
            self.caught_up.set()
            return 0

        monkeypatch.setattr(relay, "sweep", sweep)
        monkeypatch.setattr(relay, "RETRY_SECONDS", 0.001)
        return seen


class TestAge:
    """outbox.age_of_oldest(), for the metrics."""

    def test_is_that_of_the_oldest_unpublished(self, desk: Desk) -> None:
        """0 where all is published."""
        rows = stored("S/1")
        desk.wait(7)
        stored("S/2")
        assert outbox.age_of_oldest(clock.now()) == 7.0
        relay.publish(desk.log.publisher(), rows)
        assert outbox.age_of_oldest(NOW + timedelta(seconds=8)) == 1.0
        relay.sweep(desk.log.publisher(), older_than=relay.NOW)
        assert outbox.age_of_oldest(clock.now()) == 0.0
