"""Appending records to Kafka."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError

from common.log.kafka.cluster import Cluster
from common.log.kafka.faults import translated
from common.log.kafka.options import opened
from common.log.limits import size_of
from common.log.port import LogError, LogUnavailable, NewRecord, partition_of

END_SECONDS = 2.0


class KafkaPublisher:
    """Appends records; each `publish` returns when every in-sync replica has them.

    The producer is made with the first publish, so that whoever only holds a publisher
    waits for no broker. One that has failed is replaced: what it still had in hand is
    given up, for its caller was told so and sends it again.
    """

    def __init__(self, cluster: Cluster, wall: Callable[[], float]) -> None:
        """`wall` tells the seconds since 1970."""
        self._cluster = cluster
        self._wall = wall
        self._mutex = threading.Lock()
        self._producer: KafkaProducer | None = None
        self.closed = False

    def publish(self, records: Sequence[NewRecord]) -> None:
        """Append all records; in order within each key.

        Raises LogUnavailable: some may have been appended. RecordTooLarge and
        UnknownTopic: none was.
        """
        if not records:
            return
        # All are checked before the first is sent:
        laid = [
            (self._partition(record), size_of(record), record) for record in records
        ]
        producer = self._open()
        try:
            self._append(producer, [(place, record) for place, _, record in laid])
        except (KafkaError, OSError) as error:
            self._discard(producer)
            raise self._explained(error) from error

    def close(self) -> None:
        """The producer is closed; what was published is acknowledged already."""
        self.closed = True
        with self._mutex:
            producer, self._producer = self._producer, None
        if producer is not None:
            _end(producer)

    def _partition(self, record: NewRecord) -> int:
        return partition_of(record.key, self._cluster.partitions_of(record.topic))

    def _open(self) -> KafkaProducer:
        self._cluster.check_process()
        with self._mutex:
            if self.closed:
                raise LogError("This publisher is closed; make a new one to go on.")
            if self._producer is None:
                try:
                    self._producer = opened(
                        KafkaProducer, self._cluster.options.producer()
                    )
                except (KafkaError, OSError) as error:
                    raise self._explained(error) from error
            return self._producer

    def _append(
        self, producer: KafkaProducer, laid: Sequence[tuple[int, NewRecord]]
    ) -> None:
        timestamp = int(self._wall() * 1000)
        sent: list[Any] = [
            producer.send(
                record.topic,
                value=record.value,
                key=record.key.encode(),
                headers=[
                    (name, text.encode()) for name, text in record.headers.items()
                ],
                partition=partition,
                timestamp_ms=timestamp,
            )
            for partition, record in laid
        ]
        timeout = self._cluster.options.timing.publish
        producer.flush(timeout)
        for future in sent:
            future.get(timeout)

    def _discard(self, producer: KafkaProducer) -> None:
        self._cluster.forget()
        with self._mutex:
            if self._producer is producer:
                self._producer = None
        _end(producer)

    def _explained(self, error: Exception) -> LogError:
        found = translated(error, self._cluster.options.address)
        # Whatever state the producer was in, the next one has another:
        return LogUnavailable(str(found)) if type(found) is LogError else found


def _end(producer: KafkaProducer) -> None:
    """Nothing more is sent; batches in hand fail, and so do those who wait for them."""
    producer._sender.force_close()  # noqa: SLF001 - close() alone would flush first
    # What fails now was reported, or is another thread's to report:
    with suppress(KafkaError):
        producer.close(timeout=END_SECONDS)
