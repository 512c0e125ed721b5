"""Reading stretches of partitions for screens, without a group."""

from __future__ import annotations

import time
from collections.abc import Mapping

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

    def read(
        self, stretches: Mapping[Place, tuple[int, int]], limit: int | None = None
    ) -> list[LogRecord]:
        """The records of [start, end) of each, up to `limit` of them altogether.

        Raises LogUnavailable.
        """
        full = {
            TopicPartition(*place): (start, end)
            for place, (start, end) in stretches.items()
            if start < end
        }
        if not full:
            return []
        if self._client is None:
            self._client = opened(KafkaConsumer, self._options.reader())
        self._client.assign(list(full))
        try:
            for partition, (start, _) in full.items():
                self._client.seek(partition, start)
            ends = {partition: end for partition, (_, end) in full.items()}
            most = sum(end - start for start, end in full.values())
            return self._collect(
                self._client, ends, most if limit is None else min(most, limit)
            )
        finally:
            self._client.unsubscribe()

    def close(self) -> None:
        """The consumer is closed."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _collect(
        self, client: KafkaConsumer, ends: Mapping[TopicPartition, int], limit: int
    ) -> list[LogRecord]:
        deadline = time.monotonic() + self._options.timing.request
        found: list[LogRecord] = []
        wanted = dict(ends)
        while wanted and len(found) < limit:
            left = deadline - time.monotonic()
            if left <= 0:
                raise LogUnavailable(
                    f"Kafka at {self._options.address} sent {len(found)} of the "
                    f"{limit} records asked for, and no more; try again."
                )
            batch = client.poll(milliseconds(left), max_records=limit - len(found))
            for partition, records in batch.items():
                end = ends[partition]
                found += [log_record(each) for each in records if each.offset < end]
            wanted = {
                each: end for each, end in wanted.items() if client.position(each) < end
            }
            # Not paused: of a paused one the client keeps what it has fetched, and
            # then fetches nothing when that one is read the next time.
            client.assign(list(wanted))
        return found
