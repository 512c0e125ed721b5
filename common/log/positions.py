"""Where a member stands in the partitions it holds: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from common.log.sharing import Place


class Share(NamedTuple):
    """A stretch of one partition to read next."""

    place: Place
    start: int
    limit: int


class Positions:
    """The committed and the next offset of each partition held.

    The partitions stand in the order in which they were last served, so that a small
    batch over many busy partitions reaches each of them in turn.
    """

    def __init__(self) -> None:
        """Nothing is held at first."""
        self._committed: dict[Place, int] = {}
        self._next: dict[Place, int] = {}
        self._retiring: frozenset[Place] = frozenset()

    @property
    def held(self) -> frozenset[Place]:
        """The partitions held."""
        return frozenset(self._next)

    def take(self, place: Place, committed: int) -> None:
        """Hold a partition from its committed offset on."""
        self._committed[place] = self._next[place] = committed

    def drop(self, places: Iterable[Place]) -> None:
        """Hold these no longer, whatever was polled of them."""
        for place in places:
            self._committed.pop(place, None)
            self._next.pop(place, None)

    def clear(self) -> None:
        """Hold nothing."""
        self.drop(self.held)

    def retire(self, places: frozenset[Place]) -> None:
        """Read no more from these: they go to others after the next commit."""
        self._retiring = places

    def uncommitted(self) -> dict[Place, int]:
        """The offset to commit for each partition polled since the last commit."""
        return {
            place: offset
            for place, offset in self._next.items()
            if offset != self._committed[place]
        }

    def committed(self) -> None:
        """What was polled is committed."""
        self._committed.update(self._next)

    def rewind(self) -> None:
        """What was polled and not committed comes again."""
        self._next.update(self._committed)

    def advance(self, place: Place, next_offset: int) -> None:
        """Everything before `next_offset` was polled; others are served first now."""
        del self._next[place]
        self._next[place] = next_offset

    def shares(
        self, ranges: Mapping[Place, tuple[int, int]], limit: int
    ) -> list[Share]:
        """At most `limit` records to read, spread fairly over the partitions with news.

        `ranges` gives each partition's first and next offset. A partition that lost
        its unread front to retention goes on at its first offset.
        """
        starts = {
            place: max(offset, ranges[place][0])
            for place, offset in self._next.items()
            if place in ranges and place not in self._retiring
        }
        waiting = {
            place: ranges[place][1] - start
            for place, start in starts.items()
            if ranges[place][1] > start
        }
        return [
            Share(place, starts[place], part) for place, part in divide(waiting, limit)
        ]


def divide(waiting: Mapping[Place, int], limit: int) -> list[tuple[Place, int]]:
    """Equal parts of `limit`; what a small one leaves goes to the bigger ones."""
    chosen = sorted(list(waiting)[:limit], key=waiting.__getitem__)
    parts: list[tuple[Place, int]] = []
    for rank, place in enumerate(chosen):
        part = min(waiting[place], limit // (len(chosen) - rank))
        parts.append((place, part))
        limit -= part
    return parts
