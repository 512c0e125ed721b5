"""The thread that makes a Celery worker a member of its service's consumer group."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from contextlib import ExitStack

import structlog
from django.conf import settings
from django.db import connections

from common.contracts.topics import ALL_TOPICS
from common.log.connect import connect
from common.log.port import LogRecord, LogUnavailable, MemberReplaced, TopicSpec
from common.messaging import relay
from common.messaging.bridge import LINGER_S, Bridge
from common.messaging.outages import is_outage
from common.messaging.service import this_service
from common.messaging.tasks import process_batch
from common.pulse import WORKING, Pulse, pulse_file

log = structlog.get_logger(__name__)

IDLE_WAIT = 1.0
LONGEST_WAIT = 2.0
MAX_FAILURES = 60


class BridgeThread(threading.Thread):
    """Turns the bridge until it is stopped; outages are waited out."""

    def __init__(self) -> None:
        super().__init__(name="bridge", daemon=True)
        self._stopping = threading.Event()
        self._bridge: Bridge | None = None
        self._failures = 0
        self._pulse = Pulse(pulse_file(settings.WORKER_NAME))

    def stop(self) -> None:
        """Ask the thread to end after the batch at hand."""
        self._stopping.set()
        if self._bridge is not None:
            self._bridge.stop()

    def run(self) -> None:
        """Join, turn until stopped, leave."""
        while not self._stopping.is_set():
            try:
                self._turn()
                self._failures = 0
            except MemberReplaced as error:
                # Two workers under one name would push each other out for ever.
                log.critical("bridge.replaced", error=str(error))
                _end_process()
                return
            except Exception as error:
                if not is_outage(error):
                    log.exception("bridge.failed")
                self._wait_out(error)
        if self._bridge is not None:
            self._bridge.close()

    def _turn(self) -> None:
        if self._bridge is None:
            self._bridge = join()
        elif self._failures:
            self._bridge.catch_up()
        self._bridge.run_once(IDLE_WAIT)
        self._beat(WORKING)

    def _beat(self, what: str) -> None:
        """Tell the container's health check; one that can't hear it ends us."""
        try:
            self._pulse.beat(what)
        except OSError as error:
            log.warning("worker.pulse_unwritable", error=str(error))

    def _wait_out(self, error: Exception) -> None:
        self._failures += 1
        wait = min(0.1 * 2**self._failures, LONGEST_WAIT)
        log.warning("bridge.waiting", error=str(error), seconds=wait)
        self._beat(f"waiting: {error}")
        connections.close_all()
        if self._bridge is not None:
            self._rewind(self._bridge)
        if self._failures >= MAX_FAILURES:
            # A fresh process may do what this one can't; the supervisor starts it.
            _end_process()
        self._stopping.wait(wait)

    def _rewind(self, bridge: Bridge) -> None:
        try:
            bridge.consumer.rewind()
        except LogUnavailable as error:
            log.warning("bridge.log_away", error=str(error))


def _end_process() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def join() -> Bridge:
    """Make the topics that are missing, publish what a crash left, join the group."""
    service = this_service()
    event_log = connect(settings.LOG_URL)
    with ExitStack() as unless_joined:
        unless_joined.callback(event_log.close)
        event_log.admin().ensure_topics(
            [TopicSpec(name=name, **settings.LOG_TOPICS) for name in ALL_TOPICS]
        )
        publisher = relay.process_publisher()
        relay.sweep(publisher, older_than=relay.NOW)
        consumer = event_log.consumer(
            service.group, service.topics, settings.WORKER_NAME
        )
        unless_joined.pop_all()
    return Bridge(service, consumer, publisher, run_batch=_as_task, linger=LINGER_S)


def _as_task(bridge: Bridge, records: Sequence[LogRecord]) -> None:
    """Run the batch as a Celery task here and now.

    Celery's signals, task events and tracing see every batch this way, while the
    order of messages and the commit of offsets stay the bridge's.
    """
    process_batch.apply(args=(bridge, records), throw=True)
