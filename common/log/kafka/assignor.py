"""How a group's leader shares the partitions: the rules of `common.log.sharing`.

Partition n of every topic belongs to the same member, and members are known by their
instance names, so that one that was restarted gets its own partitions back. Cooperative
(KIP-429): a partition that is to move is first taken from its owner, and given to the
next one in the round of rebalance that follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby
from typing import Any

from kafka.coordinator.assignors.abstract import (
    AbstractPartitionAssignor,
    RebalanceProtocol,
)
from kafka.protocol.consumer.metadata import (
    ConsumerProtocolAssignment,
    ConsumerProtocolSubscription,
)

from common.log.sharing import Member, Place, targets

# The version of the subscription that tells which partitions are owned:
VERSION = 1


class SharingAssignor(AbstractPartitionAssignor):
    """The strategy that all members of our groups name."""

    name = "saga-sharing"

    def __init__(self, owned: Callable[[], Iterable[Place]]) -> None:
        """`owned` tells the partitions that this member holds."""
        self._owned = owned

    def supported_protocols(self) -> list[RebalanceProtocol]:
        """Cooperative only: nobody stops for partitions that stay where they are."""
        return [RebalanceProtocol.COOPERATIVE]

    def metadata(self, topics: AbstractSet[str]) -> ConsumerProtocolSubscription:
        """What this member tells its leader."""
        owned = [
            ConsumerProtocolSubscription.TopicPartition(topic=topic, partitions=numbers)
            for topic, numbers in by_topic(self._owned())
        ]
        return ConsumerProtocolSubscription(
            version=VERSION,
            topics=sorted(topics),
            user_data=b"",
            owned_partitions=owned,
        )

    def assign(
        self, cluster: Any, members: Sequence[Any]
    ) -> dict[str, ConsumerProtocolAssignment]:
        """Each member's partitions, by member id."""
        topics = {topic for member in members for topic in member.metadata.topics}
        places = {
            (topic, number)
            for topic in topics
            for number in cluster.partitions_for_topic(topic) or ()
        }
        shared = shares(
            {m.member_id: m.group_instance_id or m.member_id for m in members},
            {m.member_id: frozenset(m.metadata.topics) for m in members},
            {place: m.member_id for m in members for place in owned_by(m.metadata)},
            places,
        )
        return {
            member_id: ConsumerProtocolAssignment(VERSION, by_topic(held), b"")
            for member_id, held in shared.items()
        }

    def on_assignment(self, assignment: Any, generation: int) -> None:
        """The consumer itself keeps what it was given."""


def shares(
    instances: Mapping[str, str],
    topics: Mapping[str, frozenset[str]],
    owners: Mapping[Place, str],
    places: AbstractSet[Place],
) -> dict[str, set[Place]]:
    """What each member holds after this round: its own, unless another still has it."""
    ids = list(instances)
    members = [
        Member(
            id=number,
            instance=instances[member_id],
            topics=topics[member_id],
            lease=0.0,
            lease_until=0.0,
        )
        for number, member_id in enumerate(ids)
    ]
    found: dict[str, set[Place]] = {member_id: set() for member_id in ids}
    for place, number in targets(members, places).items():
        wanted = ids[number]
        if owners.get(place, wanted) == wanted:
            found[wanted].add(place)
    return found


def owned_by(subscription: Any) -> list[Place]:
    """The partitions that a member said it holds."""
    return [
        (each.topic, number)
        for each in subscription.owned_partitions or ()
        for number in each.partitions
    ]


def by_topic(places: Iterable[Place]) -> list[tuple[str, list[int]]]:
    """The same partitions as the protocol lists them."""
    return [
        (topic, [number for _, number in group])
        for topic, group in groupby(sorted(places), key=lambda place: place[0])
    ]
