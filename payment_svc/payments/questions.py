"""Messages that wait for their payment, kept as they came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from common.log.port import LogRecord
from common.messaging.envelope import Inbound
from common.messaging.intake import read
from common.storage.bulk import insert_rows
from payment_svc.payments.models import Question


def keep(waiting: Sequence[tuple[str, Inbound]], now: datetime) -> None:
    """Keep these messages, each with the id of the payment it waits for."""
    insert_rows(Question, [_row(payment_id, one, now) for payment_id, one in waiting])


def waiting_for(payment_ids: Collection[str]) -> list[tuple[str, Inbound]]:
    """The messages that wait for these payments, with their ids, oldest first."""
    rows = Question.objects.filter(payment_id__in=list(payment_ids))
    ordered = rows.order_by("asked_at", "message_id")
    return [(row.payment_id, _message(row)) for row in ordered]


def forget(message_ids: Collection[str]) -> None:
    """Delete what has been answered."""
    if message_ids:
        Question.objects.filter(message_id__in=list(message_ids)).delete()


def _row(payment_id: str, inbound: Inbound, now: datetime) -> Question:
    # With the id it was given on arrival: a foreign one has none in its headers.
    headers = {**inbound.record.headers, "ce_id": inbound.envelope.message_id}
    return Question(
        message_id=inbound.envelope.message_id,
        payment_id=payment_id,
        order_id=inbound.order_id,
        topic=inbound.topic,
        headers=msgspec.json.encode(headers).decode(),
        value=inbound.record.value,
        asked_at=now,
    )


def _message(row: Question) -> Inbound:
    return read(
        LogRecord(
            topic=row.topic,
            partition=0,
            offset=0,
            key=row.order_id,
            value=bytes(row.value),
            headers=msgspec.json.decode(row.headers, type=dict[str, str]),
            timestamp=0,
        )
    )
