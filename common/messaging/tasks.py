"""Celery tasks around the messages: the batch itself, and the sweeps beside it.

The sweeps are doorbells: the work is in the database, so a lost task loses nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from celery import shared_task
from django.conf import settings

from common import clock
from common.log.connect import connect
from common.log.port import LogUnavailable
from common.messaging import redrive, relay, retention
from common.messaging.service import this_service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.log.port import LogRecord
    from common.messaging.bridge import Bridge

log = structlog.get_logger(__name__)

BEAT: dict[str, dict[str, Any]] = {
    "relay-outbox": {
        "task": "messaging.relay_outbox",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "retry-letters": {
        "task": "messaging.retry_letters",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "purge": {
        "task": "messaging.purge",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
}


@shared_task(name="messaging.process_batch")  # type: ignore[untyped-decorator]
def process_batch(bridge: Bridge, records: Sequence[LogRecord]) -> None:
    """Process one polled batch; run in place, never through the broker."""
    bridge.process(records)


@shared_task(name="messaging.relay_outbox")  # type: ignore[untyped-decorator]
def relay_outbox() -> int:
    """Publish what a crash left in the outbox; return how many messages."""
    try:
        return relay.sweep(relay.process_publisher())
    except LogUnavailable as error:
        log.warning("relay.log_away", error=str(error))
        return 0


@shared_task(name="messaging.retry_letters")  # type: ignore[untyped-decorator]
def retry_letters() -> int:
    """Try again the messages whose wait is over."""
    letters = redrive.due(clock.now())
    tried, sent = redrive.redrive(this_service(), letters)
    relay.publish(relay.process_publisher(), sent)
    return len(tried)


@shared_task(name="messaging.purge")  # type: ignore[untyped-decorator]
def purge() -> dict[str, int]:
    """Delete what is past its keeping time, in the database and in the log."""
    return retention.purge(
        connect(settings.LOG_URL).admin(),
        older_than=timedelta(days=settings.MESSAGE_RETENTION_DAYS),
    )
