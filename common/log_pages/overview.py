"""What the log consists of: brokers, topics, groups; each asked for at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.log.port import (
    Admin,
    BrokerInfo,
    GroupInfo,
    GroupLag,
    PartitionInfo,
    UnknownTopic,
)
from common.log.positions import Share
from common.log.rates import Look, look, rates
from common.log.sharing import Place

MINUTE = timedelta(minutes=1)
# A message that has waited so long makes one ask whether anybody works.
TOO_LONG = timedelta(minutes=1)
MOST_AGES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionView:
    """A partition: what it holds, and how many records a second it got lately."""

    info: PartitionInfo
    rate: float

    @property
    def count(self) -> int:
        """The records it holds."""
        return self.info.next_offset - self.info.first_offset


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicView:
    """A topic with its partitions, and who reads it."""

    name: str
    partitions: Sequence[PartitionView]
    readers: Sequence[str] = ()

    @property
    def count(self) -> int:
        """The records it holds."""
        return sum(each.count for each in self.partitions)

    @property
    def written(self) -> int:
        """The records it has ever got."""
        return sum(each.info.next_offset for each in self.partitions)

    @property
    def size_bytes(self) -> int:
        """What they weigh."""
        return sum(each.info.size_bytes for each in self.partitions)

    @property
    def rate(self) -> float:
        """The records a second it got lately."""
        return sum(each.rate for each in self.partitions)


@dataclass(frozen=True, slots=True, kw_only=True)
class LagView:
    """How far a group is behind in a partition, who reads it, since when it waits."""

    info: GroupLag
    member: str
    waiting: timedelta | None

    @property
    def is_unread(self) -> bool:
        """Records wait, and nobody is there to read them."""
        return bool(self.info.lag) and not self.member

    @property
    def is_late(self) -> bool:
        """The oldest of them has waited for long."""
        return self.waiting is not None and self.waiting >= TOO_LONG

    @property
    def is_stalled(self) -> bool:
        """Something is wrong here."""
        return self.is_unread or self.is_late


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """A member of a group, and what it reads: topics, and their partitions in words."""

    name: str
    reads: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A consumer group."""

    info: GroupInfo
    lags: Sequence[LagView]

    @property
    def lag(self) -> int:
        """The records it has not handled."""
        return sum(each.info.lag for each in self.lags)

    @property
    def topics(self) -> Sequence[str]:
        """What it reads."""
        return sorted({each.info.topic for each in self.lags})

    @property
    def members(self) -> Sequence[MemberView]:
        """Who reads, in order of name."""
        return [
            MemberView(name=member.member_id, reads=_by_topic(member.partitions))
            for member in self.info.members
        ]

    @property
    def waiting(self) -> timedelta | None:
        """How long the oldest of them has waited."""
        known = [each.waiting for each in self.lags if each.waiting is not None]
        return max(known, default=None)

    @property
    def is_unread(self) -> bool:
        """Records wait, and the group has no member at all."""
        return bool(self.lag) and not self.info.members

    @property
    def stalled(self) -> Sequence[LagView]:
        """The partitions in which something is wrong."""
        return [each for each in self.lags if each.is_stalled]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The whole log."""

    brokers: Sequence[BrokerInfo]
    topics: Sequence[TopicView]
    groups: Sequence[GroupView]

    @property
    def up(self) -> Sequence[BrokerInfo]:
        """The brokers that answer."""
        return [broker for broker in self.brokers if broker.is_up]

    @property
    def size_bytes(self) -> int:
        """What all topics weigh."""
        return sum(topic.size_bytes for topic in self.topics)

    @property
    def rate(self) -> float:
        """The records a second that all topics got lately."""
        return sum(topic.rate for topic in self.topics)

    @property
    def lag(self) -> int:
        """What all groups have not handled."""
        return sum(group.lag for group in self.groups)


def overview(admin: Admin, now: datetime) -> Overview:
    """The log as it is now. Raises LogUnavailable."""
    infos = admin.group_infos()
    return Overview(
        brokers=admin.brokers(),
        topics=_topics(admin, admin.partitions(), infos, now),
        groups=_groups(admin, infos, now),
    )


def topic(admin: Admin, name: str, now: datetime) -> TopicView:
    """One topic. Raises UnknownTopic, LogUnavailable."""
    parts = [part for part in admin.partitions() if part.topic == name]
    if not parts:
        raise UnknownTopic(f"The log has no topic {name!r}.")
    (found,) = _topics(admin, parts, admin.group_infos(), now)
    return found


def groups(admin: Admin, now: datetime) -> Sequence[GroupView]:
    """All groups, in order of name. Raises LogUnavailable."""
    return _groups(admin, admin.group_infos(), now)


def _topics(
    admin: Admin,
    parts: Sequence[PartitionInfo],
    infos: Sequence[GroupInfo],
    now: datetime,
) -> Sequence[TopicView]:
    speeds = _rates(admin, parts, now)
    found: dict[str, list[PartitionView]] = {}
    for part in parts:
        rate = speeds.get((part.topic, part.partition), 0.0)
        found.setdefault(part.topic, []).append(PartitionView(info=part, rate=rate))
    readers = {
        name: [info.group for info in infos if name in {lag.topic for lag in info.lags}]
        for name in found
    }
    return [
        TopicView(name=name, partitions=views, readers=readers[name])
        for name, views in found.items()
    ]


def _rates(
    admin: Admin, parts: Sequence[PartitionInfo], now: datetime
) -> Mapping[Place, float]:
    """Records a second over the last minute: the log itself knows where it stood."""
    then = now - MINUTE
    places = [(part.topic, part.partition) for part in parts]
    stood = admin.offsets_at(places, int(then.timestamp() * 1000))
    return rates(Look(then.timestamp(), stood), look(parts, now.timestamp()))


def _groups(
    admin: Admin, infos: Sequence[GroupInfo], now: datetime
) -> Sequence[GroupView]:
    waits = _waits(admin, [lag for info in infos for lag in info.lags], now)
    return [
        GroupView(
            info=info,
            lags=[
                LagView(
                    info=lag,
                    member=owners.get((lag.topic, lag.partition), ""),
                    waiting=waits.get((lag.topic, lag.partition, lag.committed)),
                )
                for lag in info.lags
            ],
        )
        for info in infos
        for owners in [_owners(info)]
    ]


def _by_topic(places: Sequence[Place]) -> list[tuple[str, str]]:
    numbers: dict[str, list[int]] = {}
    for name, number in places:
        numbers.setdefault(name, []).append(number)
    return [(name, in_words(found)) for name, found in sorted(numbers.items())]


def in_words(numbers: Sequence[int]) -> str:
    """0, 1, 2 and 7 as `0–2, 7`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def _owners(info: GroupInfo) -> Mapping[Place, str]:
    return {
        place: member.member_id
        for member in info.members
        for place in member.partitions
    }


def _waits(
    admin: Admin, lags: Iterable[GroupLag], now: datetime
) -> Mapping[tuple[str, int, int], timedelta]:
    """How long the next record of each group and partition has waited.

    Of the worst ones only: each record is read for its time.
    """
    behind = sorted((each for each in lags if each.lag), key=lambda each: -each.lag)
    left = {(each.topic, each.partition, each.committed) for each in behind[:MOST_AGES]}
    waits: dict[tuple[str, int, int], timedelta] = {}
    while left:
        # Once for all partitions; again where groups stand at different places of one.
        shares = {each[:2]: Share(each[:2], each[2], 1) for each in left}
        left -= {(*place, share.start) for place, share in shares.items()}
        for record in admin.read_shares(list(shares.values())):
            at = datetime.fromtimestamp(record.timestamp / 1000, now.tzinfo)
            where = (record.topic, record.partition, record.offset)
            waits[where] = max(now - at, timedelta())
    return waits
