"""How fast records come in: from two looks at the ends of the partitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from common.log.port import PartitionInfo
from common.log.sharing import Place


@dataclass(frozen=True, slots=True)
class Look:
    """The next offset of each partition at one moment, in seconds of any one clock."""

    at: float
    ends: Mapping[Place, int]


def look(partitions: Iterable[PartitionInfo], at: float) -> Look:
    """What `Admin.partitions` has shown at this moment."""
    return Look(
        at, {(each.topic, each.partition): each.next_offset for each in partitions}
    )


def rates(earlier: Look, later: Look) -> dict[Place, float]:
    """Records a second in each partition that both have seen.

    One that was deleted and made anew meanwhile begins at 0.
    """
    seconds = later.at - earlier.at
    if seconds <= 0:
        return {}
    return {
        place: max(end - earlier.ends[place], 0) / seconds
        for place, end in later.ends.items()
        if place in earlier.ends
    }
