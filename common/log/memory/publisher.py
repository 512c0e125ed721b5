"""Appending records to the lists in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from common.log.limits import size_of
from common.log.memory.state import State
from common.log.port import LogRecord, NewRecord, partition_of
from common.log.sharing import Place


class MemoryPublisher:
    """Appends records to the lists in memory."""

    def __init__(self, state: State, wall: Callable[[], float]) -> None:
        """`wall` tells the seconds since 1970."""
        self._state = state
        self._wall = wall

    def publish(self, records: Sequence[NewRecord]) -> None:
        """Append all records, or none."""
        # All are checked before the first is appended:
        laid = [(self._place(record), size_of(record), record) for record in records]
        timestamp = int(self._wall() * 1000)
        for place, size, record in laid:
            partition = self._state.partitions[place]
            partition.sizes.append(size)
            partition.records.append(
                LogRecord(
                    topic=record.topic,
                    partition=place[1],
                    offset=partition.next_offset,
                    key=record.key,
                    value=record.value,
                    headers=dict(record.headers),
                    timestamp=timestamp,
                )
            )

    def close(self) -> None:
        """Nothing is held that would need closing."""

    def _place(self, record: NewRecord) -> Place:
        topic = self._state.topic(record.topic)
        return topic.name, partition_of(record.key, topic.partitions)
