"""Reading Kafka as a member of a consumer group."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from kafka.errors import CommitFailedError, RebalanceInProgressError
from kafka.structs import OffsetAndMetadata, TopicPartition

from common.log.kafka.backlog import Backlog
from common.log.kafka.faults import explained
from common.log.kafka.member import Member
from common.log.kafka.options import FETCH_BYTES, Options, milliseconds
from common.log.kafka.records import log_record
from common.log.port import LogError, LogRecord, LogUnavailable

# A waiting poll looks up so often whether it was woken; records end it at once.
LOOK_SECONDS = 0.25
# A poll waits at least so long for a join: one that ends between polls begins again.
JOIN_SECONDS = 0.5
# When so many records wait, no more are fetched meanwhile:
PLENTY = 2000
REBALANCED = (CommitFailedError, RebalanceInProgressError)


class KafkaConsumer:
    """One member of a group: fetches ahead, hands out fair shares, commits by itself.

    It joins with its first poll, and rebalances within polls only: a group waits for
    a member that works on a batch, and nothing leaves it before it comes back. A poll
    that joins may take a little longer than it was given.
    """

    def __init__(
        self, options: Options, group: str, topics: Sequence[str], instance: str
    ) -> None:
        """The member is known to nobody yet. Raises LogUnavailable."""
        self._options = options
        self._backlog = Backlog()
        self._woken = threading.Event()
        self._away_since: float | None = None
        self.closed = False
        with explained(options.address):
            self._member = Member(options, group, topics, instance, self._backlog)

    def poll(self, timeout: float, max_records: int = 500) -> Sequence[LogRecord]:
        """Wait up to `timeout` seconds for records of the partitions held."""
        if self.closed:
            raise LogError("This consumer is closed; make a new one to read on.")
        deadline = time.monotonic() + timeout
        wait = 0.0 if self._backlog.count else min(timeout, LOOK_SECONDS)
        while True:
            self._fetch(wait)
            records = self._take(max_records)
            left = deadline - time.monotonic()
            if self._was_woken() or records or left <= 0:
                return records
            wait = min(left, LOOK_SECONDS)

    def commit(self) -> None:
        """Commit everything polled in the partitions that are still held."""
        offsets = {
            TopicPartition(*place): OffsetAndMetadata(offset)
            for place, offset in self._backlog.uncommitted().items()
        }
        if not offsets:
            return
        timeout = milliseconds(self._options.timing.request)
        try:
            with self._member.seated() as client:
                client.commit(offsets, timeout_ms=timeout)
        except LogError as error:
            if not isinstance(error.__cause__, REBALANCED):
                raise
            # The group has moved on: what it left us, the next commit covers; what it
            # took away is another's now.
            if self._member.is_out():
                self._backlog.drop(self._backlog.held)
            return
        self._backlog.commit()

    def rewind(self) -> None:
        """The next poll returns again what was polled and not committed."""
        self._backlog.rewind()

    def wake(self) -> None:
        """A waiting poll returns soon; any thread may call this."""
        self._woken.set()

    def assignment(self) -> frozenset[tuple[str, int]]:
        """The partitions this member holds now."""
        return self._backlog.held

    def close(self) -> None:
        """The member has left; its partitions are free for the others."""
        if self.closed:
            return
        self.closed = True
        self._backlog.drop(self._backlog.held)
        self._member.leave()

    def _was_woken(self) -> bool:
        woken = self._woken.is_set()
        self._woken.clear()
        return woken

    def _take(self, max_records: int) -> list[LogRecord]:
        # What is handed out in the middle of a rebalance could not be committed.
        if not self._member.is_settled():
            return []
        return self._backlog.take(max_records, FETCH_BYTES)

    def _fetch(self, wait: float) -> None:
        if not self._member.is_settled():
            wait = max(wait, JOIN_SECONDS)
        with self._member.seated() as client:
            if self._backlog.count >= PLENTY or self._backlog.bytes >= FETCH_BYTES:
                self._member.keep_house()
                return
            found = client.poll(milliseconds(wait), max_records=PLENTY)
        for partition, records in found.items():
            self._backlog.add(tuple(partition), [log_record(one) for one in records])
        self._check_connection()

    def _check_connection(self) -> None:
        """Raise LogUnavailable once no broker was there for a while of polling."""
        now = time.monotonic()
        if self._member.is_connected():
            self._away_since = None
            return
        if self._away_since is None:
            self._away_since = now
        if now - self._away_since > self._options.timing.connect:
            # Whoever waits now and polls again gives it as long again to come back.
            self._away_since = None
            raise LogUnavailable(
                f"Kafka at {self._options.address} has not answered for "
                f"{self._options.timing.connect:g} seconds; check that its brokers run "
                "and can be reached from here."
            )
