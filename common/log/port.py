"""The log as the rest of the system sees it, whichever adapter stands behind it.

The model is Kafka's: a topic has partitions, a key always lands in the same one, a
consumer group's members share the partitions, and each partition of a group has one
committed offset (the offset of the next record to read).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from common.log.positions import Share
from common.log.sharing import Place

Headers = Mapping[str, str]


class LogError(Exception):
    """The log could not do what was asked."""


class LogUnavailable(LogError):
    """The log cannot be reached just now; trying again later may help."""


class RecordTooLarge(LogError):
    """The record is larger than the log takes; sending it again will not help."""


class UnknownTopic(LogError):
    """The topic does not exist."""


class MemberReplaced(LogError):
    """A newer member has the same instance name; this one must stop for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecord:
    """A record to publish; `key` decides its partition."""

    topic: str
    key: str
    value: bytes
    headers: Headers = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """A record as it stands in the log; `timestamp` is in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes
    headers: Headers
    timestamp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSpec:
    """How a topic is made; retention 0 means for ever.

    `replication` is how many brokers keep a copy, 0 as many as they think right; a log
    on one machine has one.
    """

    name: str
    partitions: int = 8
    retention_ms: int = 7 * 24 * 3600 * 1000
    retention_bytes: int = 0
    replication: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerInfo:
    """A part of the log that can be up or down by itself.

    Of one that is down no address is known.
    """

    broker_id: int
    address: str
    is_controller: bool
    is_up: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionInfo:
    """The range of offsets a partition holds: [first_offset, next_offset)."""

    topic: str
    partition: int
    first_offset: int
    next_offset: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberInfo:
    """A live member of a group and the partitions it reads."""

    member_id: str
    partitions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLag:
    """How far a group is behind in one partition: lag = next_offset - committed."""

    group: str
    topic: str
    partition: int
    committed: int
    next_offset: int

    @property
    def lag(self) -> int:
        """Records published and not yet committed by the group."""
        return max(0, self.next_offset - self.committed)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupInfo:
    """A group: who reads, and how far behind it is in every partition it has."""

    group: str
    members: tuple[MemberInfo, ...]
    lags: tuple[GroupLag, ...]


class Publisher(Protocol):
    """Appends records; what `publish` returned from is safe.

    That is: on disk in the embedded log, with every in-sync replica in Kafka.
    """

    def publish(self, records: Sequence[NewRecord]) -> None:
        """Append all records, in order within each key, durably, and wake readers.

        Raises RecordTooLarge, UnknownTopic (nothing was appended), LogUnavailable (some
        may have been appended: who sends them again sends these twice).
        """

    def close(self) -> None:
        """Release what the publisher holds."""


class Consumer(Protocol):
    """One member of a consumer group. Used by one thread, except for `wake`."""

    def poll(self, timeout: float, max_records: int = 500) -> Sequence[LogRecord]:
        """Wait up to `timeout` seconds for records of the partitions held.

        Records of a partition come in offset order, each once per assignment; a
        partition newly assigned starts at its committed offset. Returns early and
        empty when woken. Also does the member's housekeeping (heartbeat, rebalance).
        Raises MemberReplaced once a newer member has joined under the same name.
        """

    def commit(self) -> None:
        """Commit everything `poll` has returned.

        Offsets of partitions that were taken away in the meantime are not moved.
        Raises LogUnavailable, MemberReplaced.
        """

    def rewind(self) -> None:
        """Forget what was polled and not committed: the next poll returns it again."""

    def wake(self) -> None:
        """Make a waiting `poll` return; any thread may call it."""

    def assignment(self) -> frozenset[tuple[str, int]]:
        """The partitions this member holds now."""

    def close(self) -> None:
        """Leave the group at once, so that others need not wait for the lease."""


class Admin(Protocol):
    """Looks at the log without taking part."""

    def ensure_topics(self, topics: Sequence[TopicSpec]) -> None:
        """Make the topics that are missing."""

    def partitions(self) -> Sequence[PartitionInfo]:
        """Every partition of every topic, ordered by topic and partition."""

    def brokers(self) -> Sequence[BrokerInfo]:
        """Who keeps the log, in order of id."""

    def groups(self) -> Sequence[str]:
        """The consumer groups that have ever joined or committed, in order of name."""

    def members(self, group: str) -> Sequence[MemberInfo]:
        """The live members of a group."""

    def lag(self, group: str) -> Sequence[GroupLag]:
        """The lag of a group in every partition it has subscribed to."""

    def group_infos(self) -> Sequence[GroupInfo]:
        """All groups, members and lags, in order of name: asked for at once."""

    def read(
        self, topic: str, partition: int, offset: int, limit: int = 100
    ) -> Sequence[LogRecord]:
        """Records of a partition from `offset` on, without moving any group."""

    def read_shares(self, shares: Sequence[Share]) -> Sequence[LogRecord]:
        """The records at the offsets [start, start + limit) of each share.

        Those of several partitions are asked for at once, and those of one partition
        come in the order of their offsets. Raises UnknownTopic.
        """

    def offsets_at(
        self, places: Iterable[Place], timestamp: int
    ) -> Mapping[Place, int]:
        """The first offset whose record is of `timestamp` (in ms) or later, of each.

        It is the next offset where no record is so young. A partition that the topic
        does not have is left out. Raises UnknownTopic.
        """

    def apply_retention(self, now_ms: int) -> int:
        """Delete what is past its topic's age or size; return how many records.

        It is 0 where the log does this by itself (Kafka's brokers).
        """

    def ping(self) -> None:
        """Raise LogUnavailable unless the log answers."""


class Log(Protocol):
    """An adapter: makes the parts above. Each process makes one."""

    def publisher(self) -> Publisher:
        """A publisher; safe to use from several threads."""

    def consumer(self, group: str, topics: Sequence[str], instance: str) -> Consumer:
        """A member of `group`.

        `instance` names the member over restarts: a new one with the same name
        replaces the old one at once (Kafka's static membership, KIP-345).
        """

    def admin(self) -> Admin:
        """The reader for screens, health checks and set-up."""

    def close(self) -> None:
        """Close what this process opened."""


def partition_of(key: str, partitions: int) -> int:
    """The partition a key belongs to, the same in every process and on every day."""
    return zlib.crc32(key.encode()) % partitions
