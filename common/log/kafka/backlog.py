"""Records that were fetched: waiting, or handed out and not yet committed. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from common.log.port import LogRecord
from common.log.positions import divide
from common.log.sharing import Place


@dataclass(slots=True)
class _Lane:
    waiting: deque[LogRecord] = field(default_factory=deque)
    out: list[LogRecord] = field(default_factory=list)


class Backlog:
    """The records of each partition held, shared fairly among the batches.

    Lanes stand in the order in which they were last served, so that a small batch
    over many busy partitions reaches each of them in turn.
    """

    def __init__(self) -> None:
        """Nothing is held at first."""
        self._lanes: dict[Place, _Lane] = {}
        self.count = 0
        self.bytes = 0

    @property
    def held(self) -> frozenset[Place]:
        """The partitions held."""
        return frozenset(self._lanes)

    def hold(self, places: Iterable[Place]) -> None:
        """These are held, and nothing of them is here yet."""
        for place in places:
            self._lanes.setdefault(place, _Lane())

    def drop(self, places: Iterable[Place]) -> None:
        """These are held no longer, whatever is here of them."""
        for place in places:
            self._count(self._lanes.pop(place, _Lane()).waiting, -1)

    def add(self, place: Place, records: Sequence[LogRecord]) -> None:
        """These follow what is here; of a partition that is not held they are not."""
        if place in self._lanes:
            self._lanes[place].waiting.extend(records)
            self._count(records, 1)

    def take(self, limit: int, room: int) -> list[LogRecord]:
        """At most `limit` records, or a few bytes more than `room`: a fair share each.

        They are out until `commit` or `rewind`.
        """
        waiting = {
            place: len(lane.waiting)
            for place, lane in self._lanes.items()
            if lane.waiting
        }
        taken: list[LogRecord] = []
        for place, part in divide(waiting, limit):
            lane = self._lanes[place] = self._lanes.pop(place)
            for _ in range(part):
                if room <= 0:
                    break
                record = lane.waiting.popleft()
                lane.out.append(record)
                taken.append(record)
                room -= len(record.value)
        self._count(taken, -1)
        return taken

    def uncommitted(self) -> dict[Place, int]:
        """The offset to commit for each partition of which records are out."""
        return {
            place: lane.out[-1].offset + 1
            for place, lane in self._lanes.items()
            if lane.out
        }

    def commit(self) -> None:
        """What is out is done with."""
        for lane in self._lanes.values():
            lane.out = []

    def rewind(self) -> None:
        """What is out comes again, before what waits."""
        for lane in self._lanes.values():
            lane.waiting.extendleft(reversed(lane.out))
            self._count(lane.out, 1)
            lane.out = []

    def _count(self, records: Collection[LogRecord], sign: int) -> None:
        """Keep `count` and `bytes` of what waits."""
        self.count += sign * len(records)
        self.bytes += sign * sum(len(record.value) for record in records)
