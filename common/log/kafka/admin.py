"""Looking at Kafka without taking part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kafka.admin import KafkaAdminClient, OffsetSpec
from kafka.errors import GroupIdNotFoundError
from kafka.structs import TopicPartition

from common.log.kafka.cluster import Cluster
from common.log.kafka.groups import GroupView, group_views
from common.log.kafka.reader import Reader
from common.log.kafka.topics import make_topics
from common.log.port import (
    BrokerInfo,
    GroupLag,
    LogRecord,
    MemberInfo,
    PartitionInfo,
    TopicSpec,
)
from common.log.sharing import Place


class KafkaAdmin:
    """Screens, health checks and set-up; safe to use from several threads."""

    def __init__(self, cluster: Cluster) -> None:
        """Nothing is asked yet."""
        self._cluster = cluster
        self._reader = Reader(cluster.options)
        self.closed = False

    def ensure_topics(self, topics: Sequence[TopicSpec]) -> None:
        """The topics exist and have leaders; those that were there are as they were."""
        with self._cluster.asking() as client:
            make_topics(client, topics)

    def partitions(self) -> Sequence[PartitionInfo]:
        """Every partition of every topic, ordered by topic and partition.

        Kafka's own topics are left out; sizes are those of the files.
        """
        with self._cluster.asking() as client:
            places = [
                (topic["name"], part["partition_index"])
                for topic in client.describe_topics()
                if not topic["is_internal"]
                for part in topic["partitions"]
            ]
            ranges = _ranges(client, places)
            sizes = _sizes(client)
        return [
            PartitionInfo(
                topic=place[0],
                partition=place[1],
                first_offset=ranges[place][0],
                next_offset=ranges[place][1],
                size_bytes=sizes.get(place, 0),
            )
            for place in sorted(places)
        ]

    def brokers(self) -> Sequence[BrokerInfo]:
        """The brokers that are up, in order of id."""
        with self._cluster.asking() as client:
            found = client.describe_cluster()
        return [
            BrokerInfo(
                broker_id=each["broker_id"],
                address=f"{each['host']}:{each['port']}",
                is_controller=each["broker_id"] == found["controller_id"],
            )
            for each in sorted(found["brokers"], key=lambda each: each["broker_id"])
        ]

    def groups(self) -> Sequence[str]:
        """The consumer groups that have members or committed offsets, by name."""
        with self._cluster.asking() as client:
            found = client.list_groups()
        return sorted(
            each["group_id"] for each in found if each["protocol_type"] == "consumer"
        )

    def members(self, group: str) -> Sequence[MemberInfo]:
        """The live members of a group, in order of name."""
        with self._cluster.asking() as client:
            return group_views(client, [group])[group].members

    def lag(self, group: str) -> Sequence[GroupLag]:
        """The lag of a group in every partition it has subscribed to.

        What its members read now and what it has committed once, that is.
        """
        with self._cluster.asking() as client:
            view = group_views(client, [group])[group]
            committed = _committed(client, group)
            places = {*committed, *_places(client, view)}
            ranges = _ranges(client, places)
        return [
            GroupLag(
                group=group,
                topic=place[0],
                partition=place[1],
                # Behind the first offset there is nothing left to read.
                committed=max(committed.get(place, 0), ranges[place][0]),
                next_offset=ranges[place][1],
            )
            for place in sorted(places)
        ]

    def read(
        self, topic: str, partition: int, offset: int, limit: int = 100
    ) -> Sequence[LogRecord]:
        """Records of a partition from `offset` on; none if there is no such one."""
        if not 0 <= partition < self._cluster.partitions_of(topic):
            return []
        with self._cluster.asking() as client:
            first, end = _ranges(client, [(topic, partition)])[topic, partition]
            return self._reader.read((topic, partition), max(offset, first), end, limit)

    def offset_at(self, topic: str, partition: int, timestamp: int) -> int:
        """The first offset whose record is of `timestamp` (in ms) or later."""
        if not 0 <= partition < self._cluster.partitions_of(topic):
            return 0
        place = TopicPartition(topic, partition)
        with self._cluster.asking() as client:
            found = client.list_partition_offsets({place: max(timestamp, 0)})[place]
            if found.offset >= 0:
                return int(found.offset)
            return _ranges(client, [(topic, partition)])[topic, partition][1]

    def apply_retention(self, now_ms: int) -> int:
        """The brokers delete by themselves; nothing is left to do: 0."""
        return 0

    def ping(self) -> None:
        """Raise LogUnavailable unless a broker answers."""
        with self._cluster.asking() as client:
            client.describe_cluster()

    def close(self) -> None:
        """The reader is closed; the client is the cluster's."""
        self.closed = True
        self._reader.close()


def _ranges(
    client: KafkaAdminClient, places: Iterable[Place]
) -> dict[Place, tuple[int, int]]:
    """The first and the next offset of each partition."""
    asked = [TopicPartition(*place) for place in places]
    if not asked:
        return {}
    first = client.list_partition_offsets(dict.fromkeys(asked, OffsetSpec.EARLIEST))
    end = client.list_partition_offsets(dict.fromkeys(asked, OffsetSpec.LATEST))
    return {tuple(each): (first[each].offset, end[each].offset) for each in asked}


def _sizes(client: KafkaAdminClient) -> Mapping[Place, int]:
    """The bytes of each partition in the files of the broker that has most."""
    sizes: dict[Place, int] = {}
    for topic, part in _parts(client.describe_log_dirs()):
        place = topic, part["partition_index"]
        sizes[place] = max(sizes.get(place, 0), part["partition_size"])
    return sizes


def _parts(brokers: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for broker in brokers:
        for folder in broker["log_dirs"]:
            for topic in folder["topics"]:
                for part in topic["partitions"]:
                    yield topic["name"], part


def _committed(client: KafkaAdminClient, group: str) -> dict[Place, int]:
    try:
        found = client.list_group_offsets({group: None})[group]
    except GroupIdNotFoundError:
        return {}
    return {tuple(place): each.offset for place, each in found.items()}


def _places(client: KafkaAdminClient, view: GroupView) -> list[Place]:
    """Every partition of the topics that the group's members read."""
    if not view.topics:
        return []
    return [
        (topic["name"], part["partition_index"])
        for topic in client.describe_topics(sorted(view.topics))
        for part in topic["partitions"]
    ]
