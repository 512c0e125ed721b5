"""What a log in memory consists of."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from common.log.port import LogRecord, TopicSpec, UnknownTopic
from common.log.sharing import NOBODY, Changes, Member, Place


@dataclass(slots=True)
class Partition:
    """The records still held, and the size of each."""

    first_offset: int = 0
    records: list[LogRecord] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    @property
    def next_offset(self) -> int:
        """The offset the next record gets."""
        return self.first_offset + len(self.records)

    def read(self, start: int, limit: int) -> list[LogRecord]:
        """Up to `limit` records from offset `start` on."""
        begin = max(start - self.first_offset, 0)
        return self.records[begin : begin + limit]

    def since(self, timestamp: int) -> int:
        """The first offset whose record is of `timestamp` or later."""
        young = (each.offset for each in self.records if each.timestamp >= timestamp)
        return next(young, self.next_offset)

    def cut(self, count: int) -> None:
        """The first `count` records are gone."""
        self.first_offset += count
        del self.records[:count], self.sizes[:count]


@dataclass(slots=True)
class Group:
    """Members by id, the owner of each place, the committed offset of each place."""

    members: dict[int, Member] = field(default_factory=dict)
    owners: dict[Place, int] = field(default_factory=dict)
    committed: dict[Place, int] = field(default_factory=dict)

    def remove(self, member_id: int) -> None:
        """The member is gone and its places are free."""
        self.members.pop(member_id, None)
        for place, owner in self.owners.items():
            if owner == member_id:
                self.owners[place] = NOBODY

    def apply(self, me: int, what: Changes) -> None:
        """The changes that member `me` has to make are made."""
        for member_id in what.dead:
            self.remove(member_id)
        self.owners.update(dict.fromkeys(what.released, NOBODY))
        self.owners.update(dict.fromkeys(what.claimed, me))


class State:
    """The topics and groups of one log."""

    def __init__(self) -> None:
        """There is nothing at first."""
        self.topics: dict[str, TopicSpec] = {}
        self.partitions: dict[Place, Partition] = {}
        self.groups: dict[str, Group] = {}
        self.ids = itertools.count(NOBODY + 1)

    def topic(self, name: str) -> TopicSpec:
        """The topic of that name.

        Raises UnknownTopic.
        """
        try:
            return self.topics[name]
        except KeyError:
            raise UnknownTopic(
                f"The log has no topic {name!r}; make it with ensure_topics first."
            ) from None
