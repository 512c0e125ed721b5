"""From the outbox to the log, after the commit; a sweep finds what a crash left.

Whoever committed publishes at once: a web process through the thread below, the
bridge by itself. Publishing twice is harmless (inbox), losing is impossible (the row
stays unpublished until the log has it).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec
import structlog
from django.conf import settings
from django.db import close_old_connections

from common import clock
from common.log.connect import connect
from common.log.port import LogError, LogUnavailable, NewRecord, Publisher
from common.messaging.models import OutboxMessage
from common.storage.bulk import update_rows
from common.storage.durable import wait_until_durable
from common.storage.transactions import atomic

log = structlog.get_logger(__name__)

Offer = Callable[[Sequence[OutboxMessage]], None]

BATCH = 500
# Younger rows are still in the hands of the process that wrote them.
GRACE = timedelta(seconds=5)
NOW = timedelta(0)


def publish(publisher: Publisher, rows: Sequence[OutboxMessage]) -> None:
    """Append the messages to the log, then note it. Raises LogError: nothing noted."""
    send(publisher, rows)
    note_published(rows)


def send(publisher: Publisher, rows: Sequence[OutboxMessage]) -> None:
    """Append the messages to the log. Raises LogError."""
    if not rows:
        return
    # What others hear must not be forgotten here when the power fails.
    wait_until_durable()
    publisher.publish([_to_record(row) for row in rows])


def note_published(rows: Sequence[OutboxMessage]) -> None:
    """Note that these are in the log; in the running transaction if there is one.

    It need not be at once, nor wait for the disk: losing the note, or being swept
    before it, costs a second publication.
    """
    if not rows:
        return
    moment = clock.now()
    for row in rows:
        row.published_at = moment
    with atomic(durable=False):
        update_rows(OutboxMessage, rows, ["published_at"])


def sweep(publisher: Publisher, older_than: timedelta = GRACE) -> int:
    """Publish what was left unpublished; return how many messages."""
    total = 0
    while rows := _unpublished(clock.now() - older_than, BATCH):
        publish(publisher, rows)
        total += len(rows)
        if len(rows) < BATCH:
            break
    return total


class RelayThread:
    """Publishes what commits in this process; sleeps until it is rung."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._waiting: deque[OutboxMessage] = deque()
        self._rung = threading.Condition()
        threading.Thread(target=self._run, name="relay", daemon=True).start()

    def offer(self, rows: Sequence[OutboxMessage]) -> None:
        """Hand over committed messages; returns at once."""
        with self._rung:
            self._waiting.extend(rows)
            self._rung.notify()

    def _run(self) -> None:
        sent: list[OutboxMessage] = []
        while True:
            rows = self._take()
            try:
                send(self._publisher, rows)
                sent += rows
                # While more come in, one note does for many.
                if not self._waiting or len(sent) >= BATCH:
                    noted, sent = sent, []
                    note_published(noted)
            except LogUnavailable as error:
                # The rows stay unpublished in the database; the sweep has them, and
                # those that wait too: each would wait in vain.
                given_up = len(rows) + self._give_up()
                log.warning("relay.log_away", messages=given_up, error=str(error))
                close_old_connections()
            except Exception:
                log.exception("relay.failed", messages=len(rows))
                close_old_connections()

    def _give_up(self) -> int:
        with self._rung:
            count = len(self._waiting)
            self._waiting.clear()
            return count

    def _take(self) -> list[OutboxMessage]:
        with self._rung:
            self._rung.wait_for(lambda: bool(self._waiting))
            count = min(BATCH, len(self._waiting))
            return [self._waiting.popleft() for _ in range(count)]


@lru_cache(maxsize=1)
def process_publisher() -> Publisher:
    """The publisher of this process."""
    return connect(settings.LOG_URL).publisher()


@lru_cache(maxsize=1)
def _process_relay() -> RelayThread:
    return RelayThread(process_publisher())


def _offer_to_process_relay(rows: Sequence[OutboxMessage]) -> None:
    try:
        _process_relay().offer(rows)
    except LogError:
        # Committed work must not fail for a log that is away: the sweep has it.
        log.exception("relay.unavailable", messages=len(rows))


_offer: ContextVar[Offer] = ContextVar("relay", default=_offer_to_process_relay)


def in_use() -> Offer:
    """What takes committed messages in this context."""
    return _offer.get()


@contextmanager
def relay_set_to(offer: Offer) -> Iterator[None]:
    """Within the block committed messages go to `offer` (tests, simulation)."""
    token = _offer.set(offer)
    try:
        yield
    finally:
        _offer.reset(token)


def _unpublished(before: datetime, limit: int) -> list[OutboxMessage]:
    """The oldest messages that are not in the log, in the order they were sent."""
    rows = OutboxMessage.objects.filter(
        published_at__isnull=True, created_at__lte=before
    ).order_by("position")
    return list(rows[:limit])


def _to_record(row: OutboxMessage) -> NewRecord:
    """The message as the log takes it."""
    return NewRecord(
        topic=row.topic,
        key=row.message_key,
        value=bytes(row.value),
        headers=msgspec.json.decode(row.headers, type=dict[str, str]),
    )
