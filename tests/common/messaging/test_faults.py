"""What the faults of every service do to a message on its way, and what mends it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from common import clock, faults
from common.contracts import topics
from common.faults import injection
from common.faults.file import FaultFile
from common.messaging import outbox, redrive, relay
from common.messaging.models import DeadLetter, OutboxMessage
from tests.common.faults.conftest import fault
from tests.common.messaging.desk import Desk, create_order


class Killed(BaseException):
    """The process is gone."""


def at(wanted: str, times: int = 1) -> Callable[[str], bool]:
    """A fault that fails so often at a point."""
    left = [True] * times

    def observer(point: str) -> bool:
        return point == wanted and bool(left) and left.pop()

    return observer


def killed_at(wanted: str) -> Callable[[str], bool]:
    """A fault that kills at a point."""

    def observer(point: str) -> bool:
        if point == wanted:
            raise Killed
        return False

    return observer


class TestHandle:
    """service.handle: at the start of a batch."""

    def test_a_batch_that_fails_is_handled_message_by_message(self, desk: Desk) -> None:
        """Nothing is lost, and nothing becomes a letter."""
        desk.put(create_order("S/1", "ORD-1"), create_order("T/1", "ORD-2"))
        with faults.reached_by(at("service.handle")):
            desk.turn()
        assert desk.answers() == ["S/1", "T/1"]
        assert DeadLetter.objects.count() == 0

    def test_a_message_that_fails_alone_becomes_a_letter(self, desk: Desk) -> None:
        """And is handled when its wait is over; its neighbour was not kept waiting."""
        desk.put(create_order("S/1", "ORD-1"), create_order("T/1", "ORD-2"))
        with faults.reached_by(at("service.handle", times=2)):
            desk.turn()
        assert desk.answers() == ["T/1"]
        assert DeadLetter.objects.get().status == "RETRYING"
        desk.wait(10)
        with clock.clock_set_to(lambda: desk.now):
            redrive.redrive(desk.service, redrive.due(desk.now))
        assert desk.handled == ["T/1", "S/1"]

    def test_garbage_alone_is_no_batch(self, desk: Desk) -> None:
        """It is buried, whatever fails."""
        desk.put_raw(topics.COMMANDS, b"?")
        with faults.reached_by(at("service.handle", times=9)):
            desk.turn()
        assert DeadLetter.objects.get().status == "DEAD"

    def test_a_crash_leaves_the_batch_to_be_read_again(self, desk: Desk) -> None:
        """Nothing of it had happened."""
        desk.put(create_order("S/1", "ORD-1"))
        with faults.reached_by(killed_at("service.handle")), pytest.raises(Killed):
            desk.turn()
        assert (desk.handled, desk.committed()) == ([], 0)


class TestPublish:
    """service.before-publish, service.reply-lost and service.duplicate."""

    def test_a_crash_before_publishing_leaves_it_to_the_sweep(self, desk: Desk) -> None:
        """The effect is committed, and its answer waits in the outbox."""
        desk.put(create_order("S/1", "ORD-1"))
        point = "service.before-publish"
        with faults.reached_by(killed_at(point)), pytest.raises(Killed):
            desk.turn()
        assert (desk.handled, desk.answers()) == (["S/1"], [])
        relay.sweep(desk.log.publisher(), older_than=relay.NOW)
        assert desk.answers() == ["S/1"]

    def test_a_lost_answer_is_found_by_the_sweep(self, desk: Desk) -> None:
        """The others of its batch go out at once; it follows, and once only."""
        desk.put(create_order("S/1", "ORD-1"), create_order("T/1", "ORD-2"))
        with faults.reached_by(at("service.reply-lost")):
            desk.turn()
        assert desk.answers() == ["T/1"]
        assert OutboxMessage.objects.get(published_at=None).causation_id == "S/1"
        desk.wait(relay.GRACE.total_seconds() + 1)
        with clock.clock_set_to(lambda: desk.now):
            assert relay.sweep(desk.log.publisher()) == 1
            assert relay.sweep(desk.log.publisher()) == 0
        assert desk.answers() == ["T/1", "S/1"]

    def test_the_sweep_loses_nothing(self, desk: Desk) -> None:
        """Else what is lost would stay so for as long as the fault is on."""
        outbox.store([create_order("S/1", "ORD-1")])
        with faults.reached_by(at("service.reply-lost", times=9)):
            relay.sweep(desk.log.publisher(), older_than=timedelta(0))
        assert len(desk.published(topics.COMMANDS)) == 1

    def test_what_is_published_twice_has_one_effect(self, desk: Desk) -> None:
        """Its id is the same; the outbox notes it once."""
        rows = outbox.store([create_order("S/1", "ORD-1")])
        with faults.reached_by(at("service.duplicate")):
            relay.publish(desk.log.publisher(), rows)
        assert len(desk.published(topics.COMMANDS)) == 2
        assert OutboxMessage.objects.filter(published_at=None).count() == 0
        desk.turn()
        assert (desk.handled, desk.answers()) == (["S/1"], ["S/1"])


class TestRelayThread:
    """The same in a web process, whose relay is a thread."""

    @pytest.fixture
    def lose_one(self, tmp_path: Path) -> Iterator[None]:
        """A fault that is really on, for other threads than this, too."""
        now = datetime.now(UTC)  # the desk's clock stands still for this thread only
        file = FaultFile(tmp_path / "order.json")
        times = {"at": now, "until": now + timedelta(minutes=5)}
        file.add(fault("order.reply-lost", times=1, **times))
        before = injection._watch
        injection.install(injection.Watch("order", file))
        yield
        injection.install(before)

    def test_what_is_lost_is_not_noted_as_published(
        self, monkeypatch: pytest.MonkeyPatch, desk: Desk, lose_one: None
    ) -> None:
        """So the sweep finds it; the others go out."""
        noted: list[str] = []
        done = threading.Event()

        def note(rows: Sequence[OutboxMessage]) -> None:
            noted.extend(row.message_id for row in rows)
            if "S/3" in noted:
                done.set()

        monkeypatch.setattr(relay, "note_published", note)
        names = ["S/1", "S/2", "S/3"]
        rows = outbox.store([create_order(one, "ORD-1") for one in names])
        relay.RelayThread(desk.log.publisher()).offer(rows)
        assert done.wait(5)
        assert noted == ["S/2", "S/3"]
        assert len(desk.published(topics.COMMANDS)) == 2
