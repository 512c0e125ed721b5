"""Send with my transaction: what is appended here leaves if, and only if, it commits.

The transactional outbox (Richardson, "Microservices Patterns", 3.3.7). Appending also
rings the relay when the transaction commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db.models import F

from common import clock
from common.log.limits import size_of
from common.log.port import NewRecord
from common.messaging import relay
from common.messaging.envelope import Inbound, Outbound
from common.messaging.models import OutboxMessage
from common.messaging.position import next_position
from common.storage.bulk import insert_rows
from common.storage.transactions import on_commit


def append(messages: Sequence[Outbound]) -> list[OutboxMessage]:
    """Store messages in the running transaction; the relay publishes them after it."""
    rows = store(messages)
    if rows:
        offer = relay.in_use()
        on_commit(lambda: offer(rows))
    return rows


def store(messages: Sequence[Outbound]) -> list[OutboxMessage]:
    """Store messages in the running transaction; the caller sees to publishing.

    Raises RecordTooLarge for one that the log would never take: stored, it would hold
    up all that come after it.
    """
    moment = clock.now()
    rows = [_row(message, moment) for message in messages]
    insert_rows(OutboxMessage, rows)
    return rows


def sent_because_of(asked: Sequence[Inbound]) -> list[OutboxMessage]:
    """What was sent in answer to these messages, to be sent again.

    The copies carry the resend mark on, so that in a choreography the question
    travels down the chain to the link that was lost.
    """
    if not asked:
        return []
    resends = {one.envelope.message_id: one.envelope.resend for one in asked}
    rows = OutboxMessage.objects.filter(
        message_key__in={one.order_id for one in asked}, causation_id__in=resends
    ).order_by("position")
    found = list(rows)
    for row in found:
        _mark_resend(row, resends[row.causation_id])
    return found


def replay(rows: Sequence[OutboxMessage]) -> int:
    """Send messages of the past once more, marked as resends; return how many."""
    offered = list(rows)
    for row in offered:
        _mark_resend(row, 1)
    relay.in_use()(offered)
    return len(offered)


def age_of_oldest(now: datetime) -> float:
    """Seconds that the oldest unpublished message has waited; 0 if there is none."""
    oldest = (
        OutboxMessage.objects.filter(published_at__isnull=True)
        .order_by(F("position").asc())
        .values_list("created_at", flat=True)
        .first()
    )
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


def _row(message: Outbound, moment: datetime) -> OutboxMessage:
    envelope = message.envelope
    headers = envelope.headers()
    size_of(
        NewRecord(
            topic=message.topic, key=message.key, value=message.value, headers=headers
        )
    )
    return OutboxMessage(
        position=next_position(),
        message_id=envelope.message_id,
        topic=message.topic,
        message_key=message.key,
        type=envelope.type,
        causation_id=envelope.causation_id,
        headers=msgspec.json.encode(headers).decode(),
        value=message.value,
        created_at=moment,
        published_at=None,
    )


def _mark_resend(row: OutboxMessage, resend: int) -> None:
    headers = msgspec.json.decode(row.headers, type=dict[str, str])
    headers["ce_resend"] = str(resend)
    row.headers = msgspec.json.encode(headers).decode()
