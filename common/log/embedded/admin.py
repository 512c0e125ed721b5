"""Looking at the log file without taking part."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from common.log.embedded import retention
from common.log.embedded.groups import read_members
from common.log.embedded.records import first_since, read_records
from common.log.embedded.store import Store
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

PARTITIONS = (
    "SELECT t.name, p.number, p.first_offset, p.next_offset, p.bytes"
    " FROM partitions p JOIN topics t ON t.id = p.topic_id ORDER BY t.name, p.number"
)
OWNED = (
    "SELECT t.name, p.number FROM positions o"
    " JOIN partitions p ON p.id = o.partition_id JOIN topics t ON t.id = p.topic_id"
    " WHERE o.owner = ? ORDER BY t.name, p.number"
)
# Behind the first offset there is nothing left to read, so it counts as committed.
LAG = (
    "SELECT g.name, t.name, p.number, max(o.committed, p.first_offset), p.next_offset"
    " FROM positions o JOIN groups g ON g.id = o.group_id"
    " JOIN partitions p ON p.id = o.partition_id JOIN topics t ON t.id = p.topic_id"
    " WHERE g.name = ? ORDER BY t.name, p.number"
)


class EmbeddedAdmin:
    """Screens, health checks and set-up; safe to use from several threads."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        """`clock` is the one leases run on."""
        self._store = store
        self._clock = clock
        self._mutex = threading.Lock()
        self._connection = store.connect(durable=True)

    def ensure_topics(self, topics: Sequence[TopicSpec]) -> None:
        """The topics exist; those that were there are as they were."""
        with self._mutex, self._store.writing(self._connection) as connection:
            for topic in topics:
                _make_topic(connection, topic)

    def partitions(self) -> Sequence[PartitionInfo]:
        """Every partition of every topic, ordered by topic and partition."""
        with self._reading() as connection:
            return [
                PartitionInfo(
                    topic=topic,
                    partition=number,
                    first_offset=first_offset,
                    next_offset=next_offset,
                    size_bytes=size,
                )
                for topic, number, first_offset, next_offset, size in (
                    connection.execute(PARTITIONS)
                )
            ]

    def brokers(self) -> Sequence[BrokerInfo]:
        """The file stands for the one broker there is."""
        self.ping()
        address = str(self._store.path)
        return [BrokerInfo(broker_id=1, address=address, is_controller=True)]

    def groups(self) -> Sequence[str]:
        """The consumer groups that have ever joined, in order of name."""
        with self._reading() as connection:
            return _groups(connection)

    def members(self, group: str) -> Sequence[MemberInfo]:
        """The live members of a group, in order of name."""
        with self._reading() as connection:
            return _members(connection, group, self._clock())

    def lag(self, group: str) -> Sequence[GroupLag]:
        """The lag of a group in every partition it has subscribed to."""
        with self._reading() as connection:
            return _lag(connection, group)

    def group_infos(self) -> Sequence[GroupInfo]:
        """All groups, members and lags, in order of name, in one view of the file."""
        now = self._clock()
        with self._reading() as connection:
            return [
                GroupInfo(
                    group=group,
                    members=tuple(_members(connection, group, now)),
                    lags=tuple(_lag(connection, group)),
                )
                for group in _groups(connection)
            ]

    def read(
        self, topic: str, partition: int, offset: int, limit: int = 100
    ) -> Sequence[LogRecord]:
        """Records of a partition from `offset` on; none if there is no such one."""
        with self._reading() as connection:
            ids = self._store.partition_ids(connection, topic)
            if not 0 <= partition < len(ids):
                return []
            place, start = (topic, partition), max(offset, 0)
            return list(read_records(connection, ids[partition], place, start, limit))

    def read_shares(self, shares: Sequence[Share]) -> Sequence[LogRecord]:
        """The records at the offsets [start, start + limit) of each share."""
        limits = {share.place: share for share in shares}
        with self._reading() as connection:
            ids = self._ids(connection, limits)
            return [
                record
                for place, partition_id in ids.items()
                for record in read_records(connection, partition_id, *limits[place])
                if record.offset < limits[place].start + limits[place].limit
            ]

    def offsets_at(
        self, places: Iterable[Place], timestamp: int
    ) -> Mapping[Place, int]:
        """The first offset whose record is of `timestamp` (in ms) or later, of each."""
        with self._reading() as connection:
            return {
                place: first_since(connection, partition_id, timestamp)
                for place, partition_id in self._ids(connection, places).items()
            }

    def apply_retention(self, now_ms: int) -> int:
        """Delete what is past its topic's age or size; return how many records."""
        with self._mutex:
            return retention.apply_retention(self._store, self._connection, now_ms)

    def ping(self) -> None:
        """Raise LogUnavailable unless the file is there and answers."""
        self._store.ping(self._connection)

    def close(self) -> None:
        """The connection is closed."""
        with self._mutex:
            self._store.disconnect(self._connection)

    def _ids(
        self, connection: sqlite3.Connection, places: Iterable[Place]
    ) -> dict[Place, int]:
        """The ids of those partitions that there are."""
        found = {}
        for topic, number in places:
            ids = self._store.partition_ids(connection, topic)
            if 0 <= number < len(ids):
                found[topic, number] = ids[number]
        return found

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._mutex, self._store.reading(self._connection) as connection:
            yield connection


def _groups(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM groups ORDER BY name")
    return [name for (name,) in rows]


def _members(
    connection: sqlite3.Connection, group: str, now: float
) -> list[MemberInfo]:
    found = [
        member
        for (group_id,) in connection.execute(
            "SELECT id FROM groups WHERE name = ?", (group,)
        ).fetchall()
        for member in read_members(connection, group_id)
        if member.is_live(now)
    ]
    return [
        MemberInfo(
            member_id=member.instance,
            partitions=tuple(connection.execute(OWNED, (member.id,))),
        )
        for member in sorted(found, key=lambda member: member.instance)
    ]


def _lag(connection: sqlite3.Connection, group: str) -> list[GroupLag]:
    return [
        GroupLag(
            group=name,
            topic=topic,
            partition=number,
            committed=committed,
            next_offset=next_offset,
        )
        for name, topic, number, committed, next_offset in connection.execute(
            LAG, (group,)
        )
    ]


def _make_topic(connection: sqlite3.Connection, topic: TopicSpec) -> None:
    made = connection.execute(
        "INSERT INTO topics (name, retention_ms, retention_bytes) VALUES (?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (topic.name, topic.retention_ms, topic.retention_bytes),
    )
    if made.rowcount:
        connection.executemany(
            "INSERT INTO partitions (topic_id, number)"
            " SELECT id, ? FROM topics WHERE name = ?",
            [(number, topic.name) for number in range(topic.partitions)],
        )
