"""Reading the lists in memory as a member of a consumer group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from common.log.memory.state import Group, State
from common.log.port import LogError, LogRecord, MemberReplaced
from common.log.positions import Positions
from common.log.sharing import NOBODY, Member, Place, changes


class MemoryConsumer:
    """One member of a group."""

    def __init__(
        self, state: State, group: str, seat: Member, clock: Callable[[], float]
    ) -> None:
        """The member has joined its group; partitions come with the first poll."""
        self._state = state
        self._group_name = group
        self._group = state.groups.setdefault(group, Group())
        self._seat = seat
        self._clock = clock
        self._positions = Positions()
        self._closed = False
        self._join()

    def poll(self, timeout: float, max_records: int = 500) -> Sequence[LogRecord]:
        """The records there are now of the partitions held; `timeout` is not waited."""
        if self._closed:
            raise LogError("This consumer is closed; make a new one to read on.")
        self._keep_house()
        records: list[LogRecord] = []
        for share in self._positions.shares(self._ranges(), max_records):
            found = self._state.partitions[share.place].read(share.start, share.limit)
            self._positions.advance(share.place, found[-1].offset + 1)
            records += found
        return records

    def commit(self) -> None:
        """Commit everything polled in the partitions that are still held."""
        offsets = self._positions.uncommitted()
        owned = {p for p in offsets if self._group.owners.get(p) == self._seat.id}
        self._group.committed.update({place: offsets[place] for place in owned})
        self._positions.committed()
        self._positions.drop(offsets.keys() - owned)

    def rewind(self) -> None:
        """The next poll returns again what was polled and not committed."""
        self._positions.rewind()

    def wake(self) -> None:
        """No poll ever waits, so there is nothing to wake."""

    def assignment(self) -> frozenset[tuple[str, int]]:
        """The partitions this member holds now."""
        return self._positions.held

    def close(self) -> None:
        """The member has left; its partitions are free for the others."""
        self._closed = True
        self._positions.clear()
        self._group.remove(self._seat.id)

    def _join(self) -> None:
        for old in self._incarnations():
            self._group.remove(old)
        self._seat = replace(self._seat, id=next(self._state.ids))
        for place, partition in self._state.partitions.items():
            if place[0] in self._seat.topics:
                self._group.owners.setdefault(place, NOBODY)
                self._group.committed.setdefault(place, partition.first_offset)
        self._beat()

    def _incarnations(self) -> list[int]:
        members = self._group.members.values()
        return [each.id for each in members if each.instance == self._seat.instance]

    def _beat(self) -> None:
        until = self._clock() + self._seat.lease
        self._group.members[self._seat.id] = replace(self._seat, lease_until=until)

    def _rejoin(self) -> None:
        if self._incarnations():
            raise MemberReplaced(
                f"A newer member {self._seat.instance!r} has joined the group "
                f"{self._group_name!r}; stop this one, or name it otherwise."
            )
        self._positions.clear()
        self._join()

    def _keep_house(self) -> None:
        if self._seat.id not in self._group.members:
            self._rejoin()
        self._beat()
        what = changes(
            self._seat.id,
            list(self._group.members.values()),
            self._group.owners,
            frozenset(self._positions.uncommitted()),
            self._clock(),
        )
        self._group.apply(self._seat.id, what)
        self._positions.drop(what.released)
        for place in sorted(what.claimed):
            self._positions.take(place, self._group.committed[place])
        self._positions.retire(what.awaited)

    def _ranges(self) -> Mapping[Place, tuple[int, int]]:
        found = {place: self._state.partitions[place] for place in self._positions.held}
        return {
            place: (partition.first_offset, partition.next_offset)
            for place, partition in found.items()
        }
