"""The way of a message: log -> batch -> one transaction -> log, then the offsets.

The bridge owns no thread and no clock; the worker's bootstep drives it, and so does
the simulation, which lets it crash between any two of its steps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import structlog

from common import clock
from common.log.port import Consumer, LogRecord, Publisher
from common.messaging import dead_letters, relay, unit
from common.messaging.envelope import Inbound
from common.messaging.intake import Intake, take_in
from common.messaging.models import OutboxMessage
from common.messaging.outages import is_outage
from common.messaging.service import Service
from common.storage.transactions import run_atomically

log = structlog.get_logger(__name__)

BATCH = 500
# Under load a short wait makes batches larger and each message cheaper; a message that
# comes alone never waits. (Kafka's linger.ms, for the reading side.)
LINGER_S = 0.03
BUSY_FROM = 4

Checkpoint = Callable[[str], None]
RunBatch = Callable[["Bridge", Sequence[LogRecord]], None]


def _no_checkpoint(name: str) -> None:
    """Between two steps nothing happens, except in a simulation."""


class Bridge:
    """Moves messages of one service; `run_once` is one turn of the wheel."""

    def __init__(
        self,
        service: Service,
        consumer: Consumer,
        publisher: Publisher,
        *,
        checkpoint: Checkpoint = _no_checkpoint,
        run_batch: RunBatch | None = None,
        linger: float = 0.0,
    ) -> None:
        self.service = service
        self.consumer = consumer
        self.publisher = publisher
        self._checkpoint = checkpoint
        self._run_batch = run_batch or Bridge.process
        self._stopped = threading.Event()
        self._linger = linger
        self._busy = False
        # Published, and to be noted with the next batch or when there is none:
        self._sent: list[OutboxMessage] = []

    def run_once(self, timeout: float, max_records: int = BATCH) -> int:
        """Wait for records and process them; return how many there were.

        Raises an outage as it is: the records were not committed and come again.
        """
        if self._busy and self._linger:
            self._stopped.wait(self._linger)
        records = self.consumer.poll(timeout, max_records)
        self._busy = len(records) >= BUSY_FROM
        if not records:
            self.note_sent()
            return 0
        self._checkpoint("polled")
        self._run_batch(self, records)
        self.consumer.commit()
        self._checkpoint("offsets committed")
        return len(records)

    def process(self, records: Sequence[LogRecord]) -> None:
        """Give records their effect and publish what follows from it."""
        sent = self._handle(take_in(records, self.service))
        self._checkpoint("committed")
        sent = relay.spared(sent)
        if sent:
            relay.send(self.publisher, sent)
            self._sent += sent
            self._checkpoint("published")

    def stop(self) -> None:
        """Let a waiting `run_once` return; any thread may call it."""
        self._stopped.set()
        self.consumer.wake()

    def close(self) -> None:
        """Note what was published and leave the group."""
        self.note_sent()
        self.consumer.close()

    def catch_up(self) -> None:
        """Publish what was committed and not published when the log went away."""
        relay.sweep(self.publisher, older_than=relay.NOW)

    def note_sent(self) -> None:
        """Note in the outbox what was published since the last note.

        A note that cannot be made is not tried again: the sweep then publishes twice.
        """
        sent, self._sent = self._sent, []
        relay.note_published(sent)

    def _handle(self, intake: Intake) -> list[OutboxMessage]:
        if not intake.messages and not intake.unreadable:
            return []
        published, self._sent = self._sent, []
        try:
            return unit.handle(self.service, intake, published=published)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("bridge.batch_failed", messages=len(intake.messages))
        # One of them is bad: alone, each shows whether it is the one.
        sent = unit.handle(self.service, Intake(unreadable=intake.unreadable))
        for message in intake.messages:
            sent += self._handle_alone(message)
        return sent

    def _handle_alone(self, message: Inbound) -> list[OutboxMessage]:
        try:
            return unit.handle(self.service, Intake(messages=[message]))
        except Exception as error:
            if is_outage(error):
                raise
            failure = error
            log.exception(
                "bridge.message_failed", message_id=message.envelope.message_id
            )
        return run_atomically(
            lambda: dead_letters.set_apart(self.service, message, failure, clock.now())
        )
