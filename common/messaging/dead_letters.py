"""Messages that could not be handled: tried again later, then left for a person.

A message of an order that failed holds back the later ones of the same order, so that
their order is kept; all other orders go on. A message that breaks its contract holds
nothing back: it never was a part of the story.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from django.conf import settings

from common.contracts import topics
from common.log.port import LogRecord
from common.messaging import outbox
from common.messaging.envelope import Envelope, Inbound, Outbound, iso, read_envelope
from common.messaging.intake import Unreadable, position_of
from common.messaging.models import (
    OPEN_STATUSES,
    DeadLetter,
    LetterStatus,
    OutboxMessage,
)
from common.messaging.outbound import source_of
from common.messaging.position import next_position
from common.messaging.service import Service
from common.storage.bulk import insert_rows
from common.storage.reads import read_values

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)


def bury_unreadable(
    service: Service, unreadable: Sequence[Unreadable], now: datetime
) -> list[OutboxMessage]:
    """Store records that break their contract as dead; trying again cannot help.

    A record that is read a second time (its offset was not committed) is known.
    """
    letters = []
    known = _buried([one.record for one in unreadable])
    for one in unreadable:
        if position_of(one.record) in known:
            continue
        letter = _letter(one.record, now, error=one.error)
        letter.status = LetterStatus.DEAD
        letter.blocks_key = False
        letters.append(letter)
    insert_rows(DeadLetter, letters)
    return outbox.store([announcement(service, letter, now) for letter in letters])


def hold_back(messages: Sequence[Inbound], now: datetime) -> list[Inbound]:
    """Store messages whose order is blocked; return the others."""
    if not messages:
        return []
    blocked = _blocked_keys({message.order_id for message in messages})
    if not blocked:
        return list(messages)
    waiting = _waiting_ids(blocked)
    held = []
    for message in messages:
        message_id = message.envelope.message_id
        if message.order_id in blocked and message_id not in waiting:
            waiting.add(message_id)
            letter = _letter(message.record, now, message=message)
            letter.status = LetterStatus.HELD
            held.append(letter)
    insert_rows(DeadLetter, held)
    return [message for message in messages if message.order_id not in blocked]


def set_apart(
    service: Service, message: Inbound, error: Exception, now: datetime
) -> list[OutboxMessage]:
    """Store a message whose handling failed; return what is to be published of it.

    It is tried again by itself, unless one try is all there is.
    """
    letter = _letter(message.record, now, message=message)
    note_failure(letter, error, now)
    insert_rows(DeadLetter, [letter])
    if letter.status != LetterStatus.DEAD:
        return []
    return outbox.store([announcement(service, letter, now)])


def note_failure(letter: DeadLetter, error: Exception, now: datetime) -> None:
    """Count a failed try: wait longer before the next, or give up."""
    letter.attempts += 1
    letter.error = storable(f"{type(error).__name__}: {error}", 500)
    trace = "".join(traceback.format_exception(error))[-20_000:]
    letter.trace = storable(trace, len(trace))
    letter.updated_at = now
    if letter.attempts >= settings.MESSAGE_MAX_ATTEMPTS:
        letter.status, letter.next_try_at = LetterStatus.DEAD, None
    else:
        letter.status = LetterStatus.RETRYING
        letter.next_try_at = now + wait_before(letter.attempts)


def storable(text: str, length: int) -> str:
    """As much of a foreign text as every database takes: PostgreSQL knows no NUL."""
    return text.replace("\x00", "\ufffd")[:length]


def wait_before(attempts: int) -> timedelta:
    """How long to wait after so many failed tries: doubling, with a ceiling."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)


def announcement(service: Service, letter: DeadLetter, now: datetime) -> Outbound:
    """The dead letter as a record of `<group>.dlq`, with the payload as it came."""
    headers = msgspec.json.decode(letter.headers, type=dict[str, str])
    original = read_envelope(
        headers,
        fallback_id=letter.source,
        key=letter.message_key,
        kind=letter.type or letter.topic,
    )
    envelope = Envelope(
        message_id=f"{letter.letter_id}/dead",
        type="dead.letter",
        source=source_of(service.name),
        time=iso(now),
        subject=original.subject,
        correlation_id=original.correlation_id,
        causation_id=storable(original.message_id, 200),
        traceparent=original.traceparent,
        notes={"dlq_reason": letter.error, "dlq_source": letter.source},
    )
    return Outbound(
        envelope=envelope,
        topic=topics.dead_letters_of(service.name),
        key=letter.message_key,
        value=bytes(letter.value),
    )


def record_of(letter: DeadLetter) -> LogRecord:
    """The record as it came from the log."""
    topic, partition, offset = letter.source.rsplit("/", 2)
    return LogRecord(
        topic=topic,
        partition=int(partition),
        offset=int(offset),
        key=letter.message_key,
        value=bytes(letter.value),
        headers=msgspec.json.decode(letter.headers, type=dict[str, str]),
        timestamp=int(letter.created_at.timestamp() * 1000),
    )


def _blocked_keys(keys: set[str]) -> set[str]:
    return read_values(
        DeadLetter,
        "message_key",
        message_key=keys,
        status=OPEN_STATUSES,
        blocks_key=(True,),
    )


def _waiting_ids(keys: set[str]) -> set[str]:
    """The messages that wait already; a resend need not wait twice."""
    rows = DeadLetter.objects.filter(message_key__in=keys, status__in=OPEN_STATUSES)
    return set(rows.values_list("message_id", flat=True))


def _buried(records: Sequence[LogRecord]) -> set[str]:
    ids = {_message_id(record) for record in records}
    return read_values(DeadLetter, "source", message_id=ids)


def _message_id(record: LogRecord) -> str:
    return storable(record.headers.get("ce_id", position_of(record)), 200)


def _letter(
    record: LogRecord,
    now: datetime,
    *,
    message: Inbound | None = None,
    error: str = "",
) -> DeadLetter:
    source = position_of(record)
    return DeadLetter(
        letter_id=next_position(),
        message_id=message.envelope.message_id if message else _message_id(record),
        topic=record.topic,
        source=source,
        message_key=storable(message.order_id if message else record.key, 100),
        type=storable(
            message.envelope.type if message else record.headers.get("ce_type", ""), 100
        ),
        headers=msgspec.json.encode(dict(record.headers)).decode(),
        value=record.value,
        status=LetterStatus.RETRYING,
        attempts=0,
        error=storable(error, 500),
        created_at=now,
        updated_at=now,
    )
