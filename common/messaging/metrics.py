"""Gauges of a service's mailbox, for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator

from common import clock
from common.messaging import outbox
from common.messaging.models import DeadLetter, LetterStatus, OutboxMessage
from common.web.metrics import Gauge


def messaging_gauges() -> Iterator[Gauge]:
    """What waits in the outbox, and the messages that need a person."""
    pending = OutboxMessage.objects.filter(published_at__isnull=True).count()
    yield Gauge(
        name="outbox_pending_messages",
        description="Messages committed and not yet published",
        value=pending,
    )
    yield Gauge(
        name="outbox_oldest_pending_seconds",
        description="Age of the oldest message not yet published",
        value=outbox.age_of_oldest(clock.now()),
    )
    for status in (LetterStatus.RETRYING, LetterStatus.HELD, LetterStatus.DEAD):
        yield Gauge(
            name="dead_letters_open",
            description="Messages that could not be handled, by what becomes of them",
            value=DeadLetter.objects.filter(status=status).count(),
            labels={"status": status.value},
        )
