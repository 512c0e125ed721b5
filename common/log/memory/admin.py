"""Looking at the lists in memory without taking part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from common.log.memory.state import Group, Partition, State
from common.log.port import (
    BrokerInfo,
    GroupInfo,
    GroupLag,
    LogRecord,
    MemberInfo,
    PartitionInfo,
    TopicSpec,
)
from common.log.positions import Share
from common.log.sharing import Place


class MemoryAdmin:
    """Looks at the lists in memory."""

    def __init__(self, state: State, clock: Callable[[], float]) -> None:
        """`clock` is the one leases run on."""
        self._state = state
        self._clock = clock

    def ensure_topics(self, topics: Sequence[TopicSpec]) -> None:
        """The topics exist; those that were there are as they were."""
        for topic in topics:
            if topic.name not in self._state.topics:
                self._state.topics[topic.name] = topic
                for number in range(topic.partitions):
                    self._state.partitions[(topic.name, number)] = Partition()

    def partitions(self) -> Sequence[PartitionInfo]:
        """Every partition of every topic, ordered by topic and partition."""
        return [
            PartitionInfo(
                topic=topic,
                partition=number,
                first_offset=partition.first_offset,
                next_offset=partition.next_offset,
                size_bytes=sum(partition.sizes),
            )
            for (topic, number), partition in sorted(
                self._state.partitions.items(), key=lambda item: item[0]
            )
        ]

    def brokers(self) -> Sequence[BrokerInfo]:
        """This process stands for the one broker there is."""
        return [BrokerInfo(broker_id=1, address="memory", is_controller=True)]

    def groups(self) -> Sequence[str]:
        """The consumer groups that have ever joined, in order of name."""
        return sorted(self._state.groups)

    def members(self, group: str) -> Sequence[MemberInfo]:
        """The live members of a group, in order of name."""
        found = self._state.groups.get(group, Group())
        live = [each for each in found.members.values() if each.is_live(self._clock())]
        return [
            MemberInfo(
                member_id=member.instance,
                partitions=tuple(
                    sorted(p for p, owner in found.owners.items() if owner == member.id)
                ),
            )
            for member in sorted(live, key=lambda member: member.instance)
        ]

    def lag(self, group: str) -> Sequence[GroupLag]:
        """The lag of a group in every partition it has subscribed to."""
        committed = self._state.groups.get(group, Group()).committed
        return [
            GroupLag(
                group=group,
                topic=place[0],
                partition=place[1],
                committed=max(offset, self._state.partitions[place].first_offset),
                next_offset=self._state.partitions[place].next_offset,
            )
            for place, offset in sorted(committed.items())
        ]

    def group_infos(self) -> Sequence[GroupInfo]:
        """All groups, members and lags, in order of name."""
        return [
            GroupInfo(
                group=group,
                members=tuple(self.members(group)),
                lags=tuple(self.lag(group)),
            )
            for group in self.groups()
        ]

    def read(
        self, topic: str, partition: int, offset: int, limit: int = 100
    ) -> Sequence[LogRecord]:
        """Records of a partition from `offset` on; none if there is no such one."""
        self._state.topic(topic)
        found = self._state.partitions.get((topic, partition), Partition())
        return found.read(offset, limit)

    def read_shares(self, shares: Sequence[Share]) -> Sequence[LogRecord]:
        """The records at the offsets [start, start + limit) of each share."""
        return [
            record
            for place, start, limit in shares
            for record in self.read(*place, start, limit)
            if record.offset < start + limit
        ]

    def offsets_at(
        self, places: Iterable[Place], timestamp: int
    ) -> Mapping[Place, int]:
        """The first offset whose record is of `timestamp` (in ms) or later, of each."""
        asked = list(places)
        for topic, _ in asked:
            self._state.topic(topic)
        held = self._state.partitions
        return {place: held[place].since(timestamp) for place in asked if place in held}

    def apply_retention(self, now_ms: int) -> int:
        """Delete what is past its topic's age or size; return how many records."""
        return sum(
            _cut(partition, self._state.topics[topic], now_ms)
            for (topic, _), partition in self._state.partitions.items()
        )

    def ping(self) -> None:
        """Memory always answers."""

    def close(self) -> None:
        """Nothing is held that would need closing."""


def _cut(partition: Partition, topic: TopicSpec, now_ms: int) -> int:
    since = now_ms - topic.retention_ms if topic.retention_ms else 0
    held, count = sum(partition.sizes), 0
    for record, size in zip(partition.records, partition.sizes, strict=True):
        fits = not topic.retention_bytes or held <= topic.retention_bytes
        if record.timestamp >= since and fits:
            break
        count += 1
        held -= size
    partition.cut(count)
    return count
