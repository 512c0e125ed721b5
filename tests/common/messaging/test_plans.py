"""However much is kept, no hot query of the mailbox looks at all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from common.log.port import LogRecord
from common.messaging import dead_letters, inbox, outbox, redrive, relay, retention
from common.messaging import selectors as mailbox
from common.messaging.intake import read
from common.messaging.models import DeadLetter, InboxMessage, OutboxMessage
from common.messaging.position import position_at
from common.storage.bulk import insert_rows
from common.storage.reads import read_values
from common.web import idempotency
from common.web.models import IdempotencyRecord
from tests.common.messaging.desk import create_order, to_record
from tests.common.storage.plans import full_scans, know_the_rows, unindexed

pytestmark = pytest.mark.django_db

ROWS = 4000
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def much_mail() -> None:
    """Thousands of messages, of which a few wait for something."""
    insert_rows(OutboxMessage, [sent(n) for n in range(ROWS)])
    insert_rows(InboxMessage, [handled(n) for n in range(ROWS)])
    insert_rows(DeadLetter, [letter(n) for n in range(ROWS)])
    insert_rows(IdempotencyRecord, [answered(n) for n in range(ROWS)])
    know_the_rows()


def at(number: int) -> datetime:
    """A moment for each number, a minute apart."""
    return NOW + timedelta(minutes=number)


def sent(number: int) -> OutboxMessage:
    """All but the last ten are published."""
    return OutboxMessage(
        position=f"{position_at(at(number))}-00000-test",
        message_id=f"SAGA-{number}/1",
        topic="order.created",
        message_key=f"ORD-{number}",
        type="order.created",
        causation_id=f"SAGA-{number}/0",
        headers="{}",
        value=b"{}" * 100,
        created_at=at(number),
        published_at=None if number >= ROWS - 10 else at(number),
    )


def handled(number: int) -> InboxMessage:
    """One message that was handled."""
    return InboxMessage(
        message_id=f"SAGA-{number}/1",
        topic="order.created",
        message_key=f"ORD-{number}",
        handled_at=at(number),
    )


def letter(number: int) -> DeadLetter:
    """All but the last ten are closed."""
    status = "RESOLVED" if number < ROWS - 10 else ("RETRYING", "HELD")[number % 2]
    return DeadLetter(
        letter_id=f"{position_at(at(number))}-00000-test",
        message_id=f"SAGA-{number}/1",
        topic="order.created",
        source=f"order.created/0/{number}",
        message_key=f"ORD-{number}",
        headers="{}",
        value=b"{}" * 100,
        status=status,
        next_try_at=at(number) if status == "RETRYING" else None,
        created_at=at(number),
        updated_at=at(number),
    )


def answered(number: int) -> IdempotencyRecord:
    """One first answer."""
    return IdempotencyRecord(
        record_id=f"{number:064}",
        fingerprint="f" * 64,
        status=201,
        body=b"{}",
        created_at=at(number),
    )


SOME = [f"ORD-{number}" for number in range(50)]
LAST = at(ROWS)
QUESTIONS: dict[str, Callable[[], object]] = {
    "what a crash left": lambda: relay._unpublished(LAST, 500),
    "how long the oldest waits": lambda: outbox.age_of_oldest(LAST),
    "which ids are known": lambda: read_values(
        InboxMessage, "message_id", message_id={f"SAGA-{n}/1" for n in range(500)}
    ),
    "which orders are blocked": lambda: dead_letters._blocked_keys(set(SOME)),
    "which messages wait": lambda: dead_letters._waiting_ids(set(SOME)),
    "which letters are due": lambda: redrive.due(LAST),
    "what was held back": lambda: redrive._next_held(letter(ROWS - 1)),
    "what an order sent": lambda: list(mailbox.sent(key="ORD-7")),
    "what was handled of an order": lambda: list(mailbox.handled("ORD-7")),
    "which letters an order has": lambda: list(mailbox.letters(key="ORD-7")),
    "what is past its age": lambda: retention.purge_mailbox(at(20), dry_run=True),
    "what is deleted": lambda: retention.purge_mailbox(at(20)),
    "which answers are old": lambda: idempotency.purge(timedelta(days=40_000)),
    "the first answer": lambda: IdempotencyRecord.objects.filter(pk="7").first(),
}


def test_hot_questions_are_answered_by_an_index() -> None:
    """On every backend; MongoDB's own profiler tells what was looked at.

    A question without one is noticed: else this would say nothing.
    """
    assert unindexed({**QUESTIONS, **of_an_answer()}, ROWS) == {}
    unasked = OutboxMessage.objects.filter(type="nobody.asks.for.this")
    assert full_scans(lambda: list(unasked.order_by()), ROWS)


def of_an_answer() -> dict[str, Callable[[], object]]:
    """What is asked where one is given again: by the order, and what caused it."""
    sent_again = to_record(create_order("SAGA-7/0", "ORD-7", resend=1))
    record = LogRecord(
        topic=sent_again.topic,
        partition=0,
        offset=0,
        key=sent_again.key,
        value=sent_again.value,
        headers=sent_again.headers,
        timestamp=0,
    )
    asked = [read(record)]
    return {
        "which answer was given": lambda: outbox.sent_because_of(asked),
        "what was given an answer": lambda: inbox.sift(asked),
    }
