"""Consumer groups as the brokers describe them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kafka.admin import KafkaAdminClient

from common.log.port import MemberInfo


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group's members in order of name, and the topics they read."""

    members: list[MemberInfo] = field(default_factory=list)
    topics: frozenset[str] = frozenset()


def group_views(
    client: KafkaAdminClient, groups: Sequence[str]
) -> dict[str, GroupView]:
    """Each group's; a group that nobody knows has no members."""
    found = client.describe_groups(groups)
    return {group: _view(found[group]) for group in groups}


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
