"""Handle once: the ids of what was handled, kept in the transaction of the effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from common.messaging.envelope import Inbound
from common.messaging.models import InboxMessage
from common.storage.bulk import insert_rows
from common.storage.reads import read_values


def sift(messages: Sequence[Inbound]) -> tuple[list[Inbound], list[Inbound]]:
    """(new ones, repeats), each in order; repeats within the batch count too."""
    ids = [message.envelope.message_id for message in messages]
    known = read_values(InboxMessage, "message_id", message_id=set(ids))
    fresh: list[Inbound] = []
    repeats: list[Inbound] = []
    for message_id, message in zip(ids, messages, strict=True):
        (repeats if message_id in known else fresh).append(message)
        known.add(message_id)
    return fresh, repeats


def remember(messages: Sequence[Inbound], moment: datetime) -> None:
    """Note that these are handled, in the running transaction.

    Raises IntegrityError where another worker was first; the unit then runs again.
    """
    insert_rows(
        InboxMessage,
        [
            InboxMessage(
                message_id=message.envelope.message_id,
                topic=message.topic,
                message_key=message.order_id,
                handled_at=moment,
            )
            for message in messages
        ],
    )
