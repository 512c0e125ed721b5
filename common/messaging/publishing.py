"""Publishing where no thread outlives the work: management commands, redrives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from common.log.port import LogError
from common.messaging import relay
from common.messaging.models import OutboxMessage

log = structlog.get_logger(__name__)


@contextmanager
def publishing_at_once() -> Iterator[None]:
    """What commits within the block is in the log before the next line runs."""
    with relay.relay_set_to(publish_now):
        yield


def publish_now(rows: Sequence[OutboxMessage]) -> None:
    """Publish committed messages; if the log is away, the relay's sweep does later."""
    if not rows:
        return
    try:
        relay.publish(relay.process_publisher(), rows)
    except LogError as error:
        log.warning("relay.later", messages=len(rows), error=str(error))
