"""log -> batch -> one transaction -> log, then the offsets; each message once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from django.db import OperationalError

from common.contracts import topics
from common.log.port import LogUnavailable, NewRecord
from common.messaging.bridge import Bridge
from common.messaging.models import DeadLetter, InboxMessage, OutboxMessage
from common.storage.transactions import Conflict
from tests.common.messaging.desk import BARE_COMMAND, Desk, create_order


class Crash(BaseException):
    """The process is gone."""


class TestABatch:
    """What a polled batch leads to."""

    def test_every_message_has_its_effect_and_its_answer(self, desk: Desk) -> None:
        """In order, and the offsets follow."""
        desk.put(create_order("S/1", "ORD-1"), create_order("T/1", "ORD-2"))
        assert desk.turn() == 2
        assert desk.handled == ["S/1", "T/1"]
        assert desk.answers() == ["S/1", "T/1"]
        assert desk.committed() == 2
        assert OutboxMessage.objects.filter(published_at=None).count() == 0
        inbox = InboxMessage.objects.order_by("message_id")
        assert [(row.message_id, row.message_key) for row in inbox] == [
            ("S/1", "ORD-1"),
            ("T/1", "ORD-2"),
        ]

    def test_what_was_published_is_noted_with_the_next_batch(self, desk: Desk) -> None:
        """One transaction less a batch; a turn that finds nothing notes it too."""

        def unnoted() -> set[str]:
            rows = OutboxMessage.objects.filter(published_at=None)
            return set(rows.values_list("message_id", flat=True))

        desk.put(create_order("S/1", "ORD-1"))
        desk.bridge.run_once(0)
        assert unnoted() == {"S/1/reply"}
        desk.put(create_order("T/1", "ORD-2"))
        desk.bridge.run_once(0)
        assert unnoted() == {"T/1/reply"}
        desk.bridge.run_once(0)
        assert unnoted() == set()

    def test_a_note_that_cannot_be_made_holds_nothing_up(self, desk: Desk) -> None:
        """The row it is about is gone; the next batches go on, and once each."""
        desk.put(create_order("S/1", "ORD-1"))
        desk.bridge.run_once(0)
        OutboxMessage.objects.all().delete()
        desk.put(create_order("T/1", "ORD-2"))
        desk.bridge.run_once(0)
        desk.put(create_order("U/1", "ORD-3"))
        desk.bridge.run_once(0)
        assert desk.handled == ["S/1", "T/1", "U/1"]
        assert desk.answers() == ["S/1", "T/1", "U/1"]
        assert DeadLetter.objects.count() == 0
        OutboxMessage.objects.all().delete()
        with pytest.raises(Conflict):
            desk.bridge.run_once(0)
        assert desk.bridge.run_once(0) == 0

    def test_an_answer_carries_its_envelope(self, desk: Desk) -> None:
        """CloudEvents headers lead from the command to its reply."""
        desk.put(create_order("S/1", "ORD-1"))
        desk.turn()
        (record,) = desk.published(topics.REPLIES)
        assert dict(record.headers) == {
            "ce_specversion": "1.0",
            "ce_id": "S/1/reply",
            "ce_type": "CREATE_ORDER.SUCCESS",
            "ce_source": "/order-service",
            "ce_time": "2026-03-01T12:00:00.123Z",
            "ce_subject": "ORD-1",
            "ce_correlationid": "SAGA-1",
            "ce_causationid": "S/1",
            "content-type": "application/json",
        }
        assert msgspec.json.decode(record.value) == {
            "sagaId": "SAGA-1",
            "orderId": "ORD-1",
            "command": "CREATE_ORDER",
            "status": "SUCCESS",
            "data": {},
        }

    def test_nothing_to_read_is_nothing_to_do(self, desk: Desk) -> None:
        """An empty poll touches nothing."""
        assert desk.turn() == 0

    def test_a_bare_foreign_command_is_handled(self, desk: Desk) -> None:
        """Without any headers."""
        desk.put_raw(topics.COMMANDS, BARE_COMMAND)
        desk.turn()
        assert desk.handled == ["orchestrator.saga/0/0"]

    def test_garbage_does_not_stop_its_neighbours(self, desk: Desk) -> None:
        """It becomes a dead letter, which is announced."""
        desk.put(create_order("S/1", "ORD-1"))
        desk.put_raw(topics.COMMANDS, b"{")
        desk.put(create_order("T/1", "ORD-2"))
        desk.turn()
        assert desk.handled == ["S/1", "T/1"]
        letter = DeadLetter.objects.get()
        assert (letter.status, letter.blocks_key, letter.source) == (
            "DEAD",
            False,
            "orchestrator.saga/0/1",
        )
        (announced,) = desk.published(topics.dead_letters_of("order"))
        assert announced.value == b"{"
        assert announced.headers["dlq_source"] == "orchestrator.saga/0/1"
        assert announced.headers["dlq_reason"] == letter.error

    def test_garbage_that_is_read_twice_is_buried_once(self, desk: Desk) -> None:
        """A crash before its offset was committed brings it again."""
        desk.put_raw(topics.COMMANDS, b"{")
        records = desk.bridge.consumer.poll(0)
        desk.bridge.process(records)
        desk.bridge.process(records)
        assert DeadLetter.objects.count() == 1
        assert len(desk.published(topics.dead_letters_of("order"))) == 1

    def test_the_only_try_that_fails_is_announced(
        self, desk: Desk, settings: Any
    ) -> None:
        """With one try allowed, a failed message is dead at once, and told."""
        settings.MESSAGE_MAX_ATTEMPTS = 1
        desk.poisonous = {"S/1"}
        desk.put(create_order("S/1", "ORD-1"))
        desk.turn()
        assert DeadLetter.objects.get().status == "DEAD"
        (announced,) = desk.published(topics.dead_letters_of("order"))
        assert announced.headers["ce_causationid"] == "S/1"


class TestOnce:
    """The same message twice has one effect."""

    def test_within_a_batch(self, desk: Desk) -> None:
        """Two deliveries side by side."""
        desk.put(create_order("S/1", "ORD-1"), create_order("S/1", "ORD-1"))
        desk.turn()
        assert (desk.handled, desk.answers()) == (["S/1"], ["S/1"])

    def test_in_another_batch(self, desk: Desk) -> None:
        """A late second delivery."""
        for _ in range(2):
            desk.put(create_order("S/1", "ORD-1"))
            desk.turn()
        assert (desk.handled, desk.answers()) == (["S/1"], ["S/1"])

    def test_a_resend_is_answered_again_once_for_each_asking(self, desk: Desk) -> None:
        """Without a second effect; the answer has its id and the mark."""
        desk.put(create_order("S/1", "ORD-1"))
        desk.turn()
        for resend in (1, 2):
            desk.put(create_order("S/1", "ORD-1", resend=resend))
            desk.turn()
        assert desk.handled == ["S/1"]
        records = desk.published(topics.REPLIES)
        assert [record.headers["ce_id"] for record in records] == ["S/1/reply"] * 3
        marks = [record.headers.get("ce_resend") for record in records]
        assert marks == [None, "1", "2"]
        assert OutboxMessage.objects.count() == 1

    def test_a_resend_of_what_never_came_is_handled(self, desk: Desk) -> None:
        """The first delivery was lost."""
        desk.put(create_order("S/1", "ORD-1", resend=3))
        desk.turn()
        assert (desk.handled, desk.answers()) == (["S/1"], ["S/1"])

    def test_two_askings_in_one_batch_are_answered_once(self, desk: Desk) -> None:
        """Whoever asked twice needs one answer."""
        desk.put(create_order("S/1", "ORD-1"))
        desk.turn()
        again = [create_order("S/1", "ORD-1", resend=n) for n in (1, 2)]
        desk.put(*again)
        desk.turn()
        assert desk.answers() == ["S/1", "S/1"]


class TestPoison:
    """A message whose handling fails."""

    def test_in_the_middle_of_a_batch_does_not_stop_its_neighbours(
        self, desk: Desk
    ) -> None:
        """All others have their effect; it is kept for another try."""
        desk.poisonous = {"B/1"}
        desk.put(*(create_order(f"{name}/1", f"ORD-{name}") for name in "ABC"))
        desk.turn()
        assert (desk.handled, desk.answers()) == (["A/1", "C/1"], ["A/1", "C/1"])
        assert desk.committed() == 3
        letter = DeadLetter.objects.get()
        assert (letter.message_id, letter.status, letter.attempts) == (
            "B/1",
            "RETRYING",
            1,
        )
        assert letter.error == "Poison: B/1 is poisonous"
        assert "desk.py" in letter.trace

    def test_later_messages_of_its_order_wait_behind_it(self, desk: Desk) -> None:
        """In this batch and in later ones; other orders go on."""
        desk.poisonous = {"B/1"}
        desk.put(create_order("B/1", "ORD-B"), create_order("B/2", "ORD-B"))
        desk.turn()
        desk.put(create_order("B/3", "ORD-B"), create_order("A/1", "ORD-A"))
        desk.turn()
        assert desk.handled == ["A/1"]
        letters = DeadLetter.objects.order_by("letter_id")
        assert [(one.message_id, one.status) for one in letters] == [
            ("B/1", "RETRYING"),
            ("B/2", "HELD"),
            ("B/3", "HELD"),
        ]

    def test_what_waits_does_not_wait_twice(self, desk: Desk) -> None:
        """A saga asks again for ever; its letters must not grow with that."""
        desk.poisonous = {"B/1"}
        desk.put(create_order("B/1", "ORD-B"))
        desk.turn()
        for resend in (1, 2, 3):
            desk.put(
                create_order("B/1", "ORD-B", resend=resend),
                create_order("B/2", "ORD-B", resend=resend),
            )
            desk.turn()
        ids = DeadLetter.objects.order_by("letter_id").values_list("message_id")
        assert [one for (one,) in ids] == ["B/1", "B/2"]


class TestOutage:
    """What is not the message's fault: it waits in the log."""

    @pytest.mark.parametrize(
        "outage", [OperationalError("database is away"), LogUnavailable("away")]
    )
    def test_nothing_is_lost_and_nothing_is_committed(
        self, desk: Desk, outage: Exception
    ) -> None:
        """After a rewind the same records come again."""
        desk.outage = outage
        desk.put(create_order("S/1", "ORD-1"), create_order("T/1", "ORD-2"))
        with pytest.raises(type(outage)):
            desk.turn()
        assert (desk.committed(), DeadLetter.objects.count()) == (0, 0)
        desk.outage = None
        desk.bridge.consumer.rewind()
        desk.turn()
        assert (desk.handled, desk.answers()) == (["S/1", "T/1"], ["S/1", "T/1"])

    def test_a_log_that_takes_nothing_keeps_the_answer_in_the_outbox(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The effect is kept, and does not happen again."""

        def refuse(records: list[NewRecord]) -> None:
            raise LogUnavailable("away")

        desk.put(create_order("S/1", "ORD-1"))
        with monkeypatch.context() as patched:
            patched.setattr(desk.bridge.publisher, "publish", refuse)
            with pytest.raises(LogUnavailable):
                desk.turn()
        assert OutboxMessage.objects.get().published_at is None
        desk.bridge.consumer.rewind()
        desk.turn()
        assert desk.handled == ["S/1"]

    @pytest.mark.parametrize("where", ["polled", "committed", "published"])
    def test_a_crash_anywhere_is_made_good_by_reading_again(
        self, desk: Desk, where: str
    ) -> None:
        """Handled once, whatever step the crash came after."""

        def crash(step: str) -> None:
            if step == where:
                raise Crash

        desk.put(create_order("S/1", "ORD-1"))
        first = desk.bridge
        consumer = desk.log.consumer(desk.service.group, desk.service.topics, "desk-1")
        desk.bridge = Bridge(
            desk.service, consumer, desk.log.publisher(), checkpoint=crash
        )
        with pytest.raises(Crash):
            desk.turn()
        consumer = desk.log.consumer(desk.service.group, desk.service.topics, "desk-1")
        desk.bridge = Bridge(desk.service, consumer, first.publisher)
        desk.turn()
        assert desk.handled == ["S/1"]
        assert InboxMessage.objects.count() == 1
        assert desk.committed() == 1


class TestOddHeaders:
    """What a foreign producer may write into them, and no database need take."""

    @pytest.mark.parametrize(
        "headers",
        [
            {"ce_id": "a\x00b", "ce_type": "CREATE_ORDER"},
            {"ce_id": "x" * 181, "ce_type": "CREATE_ORDER"},
            {"ce_id": "a\x00b", "ce_type": "CREATE_ORDER\x00"},
        ],
        ids=["nul", "long", "nul in the type"],
    )
    def test_an_id_that_is_none_is_dead_at_once(
        self, desk: Desk, headers: dict[str, str]
    ) -> None:
        """It is kept with its headers as they came, and nothing else waits for it."""
        desk.put_raw(topics.COMMANDS, BARE_COMMAND, headers)
        desk.put(create_order("A/1", "ORD-A"))
        desk.turn()
        assert desk.answers() == ["A/1"]
        letter = DeadLetter.objects.get()
        assert letter.status == "DEAD"
        assert letter.message_id == headers["ce_id"].replace("\x00", "\ufffd")
        assert msgspec.json.decode(letter.headers)["ce_id"] == headers["ce_id"]

    def test_the_longest_id_is_answered(self, desk: Desk) -> None:
        """The answer's id, which begins with it, fits too."""
        desk.put_raw(topics.COMMANDS, BARE_COMMAND, {"ce_id": "x" * 180})
        desk.turn()
        assert desk.answers() == ["x" * 180]

    def test_a_nul_elsewhere_harms_nobody(self, desk: Desk) -> None:
        """Headers are stored as JSON, where it is escaped."""
        desk.put_raw(topics.COMMANDS, BARE_COMMAND, {"ce_id": "a", "x": "\x00"})
        desk.turn()
        assert desk.answers() == ["a"]
