"""Reading a stretch of a partition for screens, without a group."""

from __future__ import annotations

import time

from kafka import KafkaConsumer
from kafka.structs import TopicPartition

from common.log.kafka.options import Options, milliseconds, opened
from common.log.kafka.records import log_record
from common.log.port import LogRecord, LogUnavailable
from common.log.sharing import Place


class Reader:
    """A consumer of no group, made when first needed; for one thread at a time."""

    def __init__(self, options: Options) -> None:
        """Nothing is opened yet."""
        self._options = options
        self._client: KafkaConsumer | None = None

    def read(self, place: Place, start: int, end: int, limit: int) -> list[LogRecord]:
        """Up to `limit` records of [start, end). Raises LogUnavailable."""
        if start >= end or limit <= 0:
            return []
        if self._client is None:
            self._client = opened(KafkaConsumer, self._options.reader())
        partition = TopicPartition(*place)
        self._client.assign([partition])
        self._client.seek(partition, start)
        try:
            return self._collect(self._client, partition, end, limit)
        finally:
            self._client.unsubscribe()

    def close(self) -> None:
        """The consumer is closed."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _collect(
        self, client: KafkaConsumer, partition: TopicPartition, end: int, limit: int
    ) -> list[LogRecord]:
        deadline = time.monotonic() + self._options.timing.request
        found: list[LogRecord] = []
        while len(found) < limit and client.position(partition) < end:
            left = deadline - time.monotonic()
            if left <= 0:
                raise LogUnavailable(
                    f"Kafka at {self._options.address} sent {len(found)} of the "
                    f"records of {partition.topic!r} asked for, and no more; try again."
                )
            batch = client.poll(milliseconds(left), max_records=limit - len(found))
            for records in batch.values():
                found += [log_record(each) for each in records if each.offset < end]
        return found
