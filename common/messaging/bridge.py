"""The way of a message: log -> batch -> one transaction -> log, then the offsets.

The bridge owns no thread and no clock; the worker's bootstep drives it, and so does
the simulation, which lets it crash between any two of its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from django.db import InterfaceError, OperationalError

from common import clock
from common.log.port import Consumer, LogRecord, LogUnavailable, Publisher
from common.messaging import dead_letters, relay, unit
from common.messaging.envelope import Inbound
from common.messaging.intake import Intake, take_in
from common.messaging.models import OutboxMessage
from common.messaging.service import Service
from common.storage.transactions import run_atomically

log = structlog.get_logger(__name__)

BATCH = 500
# Faults of the surroundings, not of the message: it waits where it is.
OUTAGES = (OperationalError, InterfaceError, LogUnavailable)

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
        checkpoint: Checkpoint = _no_checkpoint,
        run_batch: RunBatch | None = None,
    ) -> None:
        self.service = service
        self.consumer = consumer
        self.publisher = publisher
        self._checkpoint = checkpoint
        self._run_batch = run_batch or Bridge.process

    def run_once(self, timeout: float, max_records: int = BATCH) -> int:
        """Wait for records and process them; return how many there were.

        Raises an outage as it is: the records were not committed and come again.
        """
        records = self.consumer.poll(timeout, max_records)
        if not records:
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
        if sent:
            relay.publish(self.publisher, sent)
            self._checkpoint("published")

    def _handle(self, intake: Intake) -> list[OutboxMessage]:
        if not intake.messages and not intake.unreadable:
            return []
        try:
            return unit.handle(self.service, intake)
        except OUTAGES:
            raise
        except Exception:
            log.exception("bridge.batch_failed", messages=len(intake.messages))
        # One of them is bad: alone, each shows whether it is the one.
        sent = unit.handle(self.service, Intake(unreadable=intake.unreadable))
        for message in intake.messages:
            sent += self._handle_alone(message)
        return sent

    def _handle_alone(self, message: Inbound) -> list[OutboxMessage]:
        try:
            return unit.handle(self.service, Intake(messages=[message]))
        except OUTAGES:
            raise
        except Exception as error:
            failure = error
            log.exception(
                "bridge.message_failed", message_id=message.envelope.message_id
            )
        run_atomically(lambda: dead_letters.set_apart(message, failure, clock.now()))
        return []
