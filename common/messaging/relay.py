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

from common import clock, faults
from common.log.connect import connect
from common.log.port import LogError, NewRecord, Publisher
from common.messaging.models import OutboxMessage
from common.messaging.outages import is_outage
from common.storage.bulk import update_rows
from common.storage.durable import wait_until_durable
from common.storage.transactions import atomic

log = structlog.get_logger(__name__)

Offer = Callable[[Sequence[OutboxMessage]], None]

BATCH = 500
# Younger rows are still in the hands of the process that wrote them.
GRACE = timedelta(seconds=5)
NOW = timedelta(0)
RETRY_SECONDS = 1.0


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
    publisher.publish([record for row in rows for record in _records_of(row)])


def spared(rows: Sequence[OutboxMessage]) -> list[OutboxMessage]:
    """Those of the messages just committed that no injected fault keeps from the log.

    The others stay unpublished, as a crash here would leave them all.
    """
    faults.reach("service.before-publish")
    return [row for row in rows if not faults.happens("service.reply-lost")]


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
        self._sent: list[OutboxMessage] = []
        self._rung = threading.Condition()
        self._pause = threading.Event()  # never set: a pause that a test can end
        threading.Thread(target=self._run, name="relay", daemon=True).start()

    def offer(self, rows: Sequence[OutboxMessage]) -> None:
        """Hand over committed messages; returns at once."""
        with self._rung:
            self._waiting.extend(rows)
            self._rung.notify()

    def _run(self) -> None:
        while True:
            rows = self._take()
            try:
                self._publish(rows)
            except Exception as error:  # noqa: BLE001 - told, and mended from below
                _tell(error)
                self._catch_up()
            finally:
                # A connection that broke while this thread slept must not be met
                # when it wakes: a pool takes it back, and gives out sound ones.
                close_old_connections()

    def _publish(self, rows: Sequence[OutboxMessage]) -> None:
        rows = spared(rows)
        send(self._publisher, rows)
        self._sent += rows
        # While more come in, one note does for many.
        if not self._waiting or len(self._sent) >= BATCH:
            noted, self._sent = self._sent, []
            note_published(noted)

    def _catch_up(self) -> None:
        """Publish from the database, once log and database can be had again.

        What is offered meanwhile is in the database too: it need not wait in memory.
        """
        while True:
            self._pause.wait(RETRY_SECONDS)
            self._forget_waiting()
            try:
                sweep(self._publisher, older_than=NOW)
            except Exception as error:  # noqa: BLE001 - told, and tried again
                _tell(error)
                close_old_connections()
            else:
                return

    def _forget_waiting(self) -> None:
        with self._rung:
            self._waiting.clear()

    def _take(self) -> list[OutboxMessage]:
        with self._rung:
            self._rung.wait_for(lambda: bool(self._waiting))
            count = min(BATCH, len(self._waiting))
            return [self._waiting.popleft() for _ in range(count)]


def _tell(error: Exception) -> None:
    """An outage in a line, a fault of ours with its trace."""
    if is_outage(error):
        log.warning("relay.waiting", error=str(error))
    else:
        log.error("relay.failed", exc_info=error)


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


def _records_of(row: OutboxMessage) -> list[NewRecord]:
    record = _to_record(row)
    return [record, record] if faults.happens("service.duplicate") else [record]


def _to_record(row: OutboxMessage) -> NewRecord:
    """The message as the log takes it."""
    return NewRecord(
        topic=row.topic,
        key=row.message_key,
        value=bytes(row.value),
        headers=msgspec.json.decode(row.headers, type=dict[str, str]),
    )
