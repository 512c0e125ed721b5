"""A row to write in tests of the storage."""

from __future__ import annotations

from common import clock
from common.messaging.models import InboxMessage


def inbox_row(message_id: str) -> InboxMessage:
    """An unsaved row with this key."""
    return InboxMessage(
        message_id=message_id,
        topic="order.created",
        message_key="ORD-1",
        handled_at=clock.now(),
    )
