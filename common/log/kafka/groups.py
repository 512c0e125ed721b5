"""Consumer groups as the brokers describe them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kafka.admin import KafkaAdminClient, OffsetSpec
from kafka.errors import GroupIdNotFoundError
from kafka.structs import TopicPartition

from common.log.port import GroupLag, MemberInfo
from common.log.sharing import Place


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group's members in order of name, and the topics they read."""

    members: list[MemberInfo] = field(default_factory=list)
    topics: frozenset[str] = frozenset()


def group_views(
    client: KafkaAdminClient, groups: Sequence[str]
) -> dict[str, GroupView]:
    """Each group's; a group that nobody knows has no members."""
    found = client.describe_groups(groups) if groups else {}
    return {group: _view(found[group]) for group in groups}


def group_lags(
    client: KafkaAdminClient, views: Mapping[str, GroupView]
) -> dict[str, list[GroupLag]]:
    """How far behind each group is in what it reads now and has committed once."""
    read = _partitions_of(
        client, {name for view in views.values() for name in view.topics}
    )
    committed = _committed(client, list(views))
    places = {
        group: {
            *committed[group],
            *(place for topic in view.topics for place in read.get(topic, ())),
        }
        for group, view in views.items()
    }
    ranges = ranges_of(client, set().union(*places.values()))
    return {
        group: [
            GroupLag(
                group=group,
                topic=place[0],
                partition=place[1],
                # Behind the first offset there is nothing left to read.
                committed=max(committed[group].get(place, 0), ranges[place][0]),
                next_offset=ranges[place][1],
            )
            for place in sorted(held)
        ]
        for group, held in places.items()
    }


def ranges_of(
    client: KafkaAdminClient, places: Iterable[Place]
) -> dict[Place, tuple[int, int]]:
    """The first and the next offset of each partition."""
    asked = [TopicPartition(*place) for place in places]
    if not asked:
        return {}
    first = client.list_partition_offsets(dict.fromkeys(asked, OffsetSpec.EARLIEST))
    end = client.list_partition_offsets(dict.fromkeys(asked, OffsetSpec.LATEST))
    return {tuple(each): (first[each].offset, end[each].offset) for each in asked}


def _committed(
    client: KafkaAdminClient, groups: Sequence[str]
) -> dict[str, dict[Place, int]]:
    if not groups:
        return {}
    try:
        found = client.list_group_offsets(dict.fromkeys(groups))
    except GroupIdNotFoundError:
        if len(groups) == 1:
            return {groups[0]: {}}
        # One of them ended meanwhile, which spoils the answer about all.
        alone = [_committed(client, [group]) for group in groups]
        return {group: offsets for each in alone for group, offsets in each.items()}
    return {
        group: {tuple(place): each.offset for place, each in found[group].items()}
        for group in groups
    }


def _partitions_of(
    client: KafkaAdminClient, topics: Iterable[str]
) -> dict[str, list[Place]]:
    """Every partition of each of the topics."""
    names = sorted(topics)
    return {
        topic["name"]: [
            (topic["name"], part["partition_index"]) for part in topic["partitions"]
        ]
        for topic in (client.describe_topics(names) if names else ())
    }


def _view(group: Any) -> GroupView:
    members = [
        MemberInfo(
            member_id=each["group_instance_id"] or each["member_id"],
            partitions=_partitions(each["member_assignment"]),
        )
        for each in group["members"]
    ]
    return GroupView(
        sorted(members, key=lambda member: member.member_id),
        frozenset(
            topic
            for each in group["members"]
            if each["member_metadata"]
            for topic in each["member_metadata"]["topics"]
        ),
    )


def _partitions(assignment: Any) -> tuple[tuple[str, int], ...]:
    if not assignment:
        return ()
    return tuple(
        sorted(
            (each["topic"], number)
            for each in assignment["assigned_partitions"]
            for number in each["partitions"]
        )
    )
