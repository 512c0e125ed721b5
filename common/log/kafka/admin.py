"""Looking at Kafka without taking part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.structs import TopicPartition

from common.log.kafka.cluster import Cluster
from common.log.kafka.groups import group_lags, group_views, ranges_of
from common.log.kafka.reader import Reader
from common.log.kafka.topics import make_topics
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
            ranges = ranges_of(client, places)
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
        """The brokers that are up, and those that should keep something and are not."""
        with self._cluster.asking() as client:
            found = client.describe_cluster()
            keepers = {
                broker
                for topic in client.describe_topics()
                for part in topic["partitions"]
                for broker in part["replica_nodes"]
            }
        up = {each["broker_id"]: each for each in found["brokers"]}
        return [
            BrokerInfo(
                broker_id=broker,
                address=f"{up[broker]['host']}:{up[broker]['port']}",
                is_controller=broker == found["controller_id"],
            )
            if broker in up
            else BrokerInfo(
                broker_id=broker, address="", is_controller=False, is_up=False
            )
            for broker in sorted(up.keys() | keepers)
        ]

    def groups(self) -> Sequence[str]:
        """The consumer groups that have members or committed offsets, by name."""
        with self._cluster.asking() as client:
            return _groups(client)

    def members(self, group: str) -> Sequence[MemberInfo]:
        """The live members of a group, in order of name."""
        with self._cluster.asking() as client:
            return group_views(client, [group])[group].members

    def lag(self, group: str) -> Sequence[GroupLag]:
        """The lag of a group in every partition it has subscribed to.

        What its members read now and what it has committed once, that is.
        """
        with self._cluster.asking() as client:
            return group_lags(client, group_views(client, [group]))[group]

    def group_infos(self) -> Sequence[GroupInfo]:
        """All groups, members and lags, in order of name."""
        with self._cluster.asking() as client:
            views = group_views(client, _groups(client))
            lags = group_lags(client, views)
        return [
            GroupInfo(group=group, members=tuple(view.members), lags=tuple(lags[group]))
            for group, view in views.items()
        ]

    def read(
        self, topic: str, partition: int, offset: int, limit: int = 100
    ) -> Sequence[LogRecord]:
        """Records of a partition from `offset` on; none if there is no such one."""
        if not 0 <= partition < self._cluster.partitions_of(topic):
            return []
        with self._cluster.asking() as client:
            first, end = ranges_of(client, [(topic, partition)])[topic, partition]
            stretch = {(topic, partition): (max(offset, first), end)}
            return self._reader.read(stretch, limit)

    def read_shares(self, shares: Sequence[Share]) -> Sequence[LogRecord]:
        """The records at the offsets [start, start + limit) of each share."""
        wanted = {share.place: share for share in shares}
        places = self._existing(wanted)
        with self._cluster.asking() as client:
            stretches = {}
            for place, (first, end) in ranges_of(client, places).items():
                start, limit = wanted[place].start, wanted[place].limit
                stretches[place] = (max(start, first), min(start + limit, end))
            return self._reader.read(stretches)

    def offsets_at(
        self, places: Iterable[Place], timestamp: int
    ) -> Mapping[Place, int]:
        """The first offset whose record is of `timestamp` (in ms) or later, of each."""
        known = self._existing(places)
        if not known:
            return {}
        asked = {TopicPartition(*place): max(timestamp, 0) for place in known}
        with self._cluster.asking() as client:
            found = client.list_partition_offsets(asked)
            offsets = {tuple(place): int(each.offset) for place, each in found.items()}
            late = [place for place, offset in offsets.items() if offset < 0]
            ends = ranges_of(client, late)
        return offsets | {place: end for place, (_, end) in ends.items()}

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

    def _existing(self, places: Iterable[Place]) -> list[Place]:
        """Those of the partitions that there are. Raises UnknownTopic."""
        return [
            (topic, number)
            for topic, number in places
            if 0 <= number < self._cluster.partitions_of(topic)
        ]


def _groups(client: KafkaAdminClient) -> list[str]:
    found = client.list_groups()
    return sorted(
        each["group_id"] for each in found if each["protocol_type"] == "consumer"
    )


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
