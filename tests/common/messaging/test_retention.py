"""What is done with goes after its time; what is not never does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.messaging import outbox, relay, retention
from common.messaging.models import DeadLetter, InboxMessage, OutboxMessage
from tests.common.messaging.desk import Desk, create_order

WEEK = timedelta(days=7)


@pytest.fixture
def old(desk: Desk) -> Desk:
    """One message handled and answered, one dead, one unpublished; eight days ago."""
    desk.poisonous = {"B/1"}
    desk.put(create_order("A/1", "ORD-A"), create_order("B/1", "ORD-B"))
    desk.turn()
    outbox.store([create_order("C/1", "ORD-C")])
    desk.wait(8 * 24 * 3600)
    return desk


def test_deletes_what_is_done_with(old: Desk) -> None:
    """The open letter and the unpublished message stay."""
    assert retention.purge(old.log.admin(), older_than=WEEK) == {
        "outbox": 1,
        "inbox": 1,
        "dead_letters": 0,
        "log": 0,
        "idempotency": 0,
        "sign_in_tries": 0,
    }
    assert [row.message_id for row in OutboxMessage.objects.all()] == ["C/1"]
    assert DeadLetter.objects.get().message_id == "B/1"


def test_deletes_letters_that_are_closed(old: Desk) -> None:
    """A week after they were."""
    DeadLetter.objects.update(status="RESOLVED", updated_at=old.now - WEEK)
    assert retention.purge_mailbox(old.now - WEEK)["dead_letters"] == 0
    old.wait(1)
    assert retention.purge_mailbox(old.now - WEEK)["dead_letters"] == 1


def test_keeps_what_is_young(old: Desk) -> None:
    """Younger than the age asked for."""
    old.put(create_order("D/1", "ORD-D"))
    old.turn()
    retention.purge_mailbox(old.now - WEEK)
    assert [row.message_id for row in InboxMessage.objects.all()] == ["D/1"]


def test_a_dry_run_only_counts(old: Desk) -> None:
    """Nothing is deleted."""
    counts = retention.purge_mailbox(old.now - WEEK, dry_run=True)
    assert counts == {"outbox": 1, "inbox": 1, "dead_letters": 0}
    assert InboxMessage.objects.count() == 1


def test_more_than_a_chunk_is_deleted(
    old: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunk by chunk, each a transaction of its own."""
    monkeypatch.setattr(retention, "CHUNK", 2)
    outbox.store([create_order(f"E/{number}", "ORD-E") for number in range(5)])
    relay.sweep(old.log.publisher(), older_than=relay.NOW)
    old.wait(8 * 24 * 3600)
    assert retention.purge_mailbox(old.now - WEEK)["outbox"] == 7
