"""How the members of a group share its partitions: pure rules, used by every adapter.

Each member works out the same shares from the same rows, gives up what is no longer
its own and claims only what nobody owns. So a partition never has two owners, and a
partition changes hands only by its owner's own act or by the end of its lease.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

Place = tuple[str, int]
NOBODY = 0
LEASE_SECONDS = 5.0
BEATS_PER_LEASE = 10 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One incarnation of a group's member; `id` is never given twice."""

    id: int
    instance: str
    topics: frozenset[str]
    lease: float
    lease_until: float

    def is_live(self, now: float) -> bool:
        """The lease runs; one that ends absurdly late is from before a reboot."""
        return 0 < self.lease_until - now <= 2 * self.lease


@dataclass(frozen=True, slots=True)
class Changes:
    """What a member has to change; `awaited` places it gives up after a commit."""

    dead: frozenset[int]
    released: frozenset[Place]
    claimed: frozenset[Place]
    awaited: frozenset[Place]

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.dead or self.released or self.claimed)


def targets(members: Sequence[Member], places: AbstractSet[Place]) -> dict[Place, int]:
    """Who should own each place: partition n goes to reader n modulo their number.

    The same partition of every topic goes to the same member, so what belongs to one
    key meets in one process.
    """
    readers: dict[str, list[int]] = {}
    for member in sorted(members, key=lambda member: member.instance):
        for topic in member.topics:
            readers.setdefault(topic, []).append(member.id)
    return {
        (topic, partition): readers[topic][partition % len(readers[topic])]
        for topic, partition in places
        if topic in readers
    }


def changes(
    me: int,
    members: Sequence[Member],
    owners: Mapping[Place, int],
    busy: AbstractSet[Place],
    now: float,
) -> Changes:
    """What member `me` has to do now; `busy` places have records not yet committed."""
    live = [member for member in members if member.id == me or member.is_live(now)]
    alive = {member.id for member in live}
    wanted = targets(live, owners.keys())
    leaving = {
        place for place, owner in owners.items() if owner == me != wanted.get(place)
    }
    free = {place for place, owner in owners.items() if owner not in alive}
    return Changes(
        dead=frozenset(member.id for member in members) - alive,
        released=frozenset(leaving - busy),
        claimed=frozenset(place for place in free if wanted.get(place) == me),
        awaited=frozenset(leaving & busy),
    )
