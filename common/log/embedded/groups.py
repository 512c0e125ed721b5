"""A member's part in its consumer group, as rows of the log file."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import msgspec

from common.log.embedded.store import Store
from common.log.port import MemberReplaced
from common.log.sharing import BEATS_PER_LEASE, NOBODY, Changes, Member, Place, changes

MOVED = "UPDATE log SET generation = generation + 1"
DISOWN = "UPDATE positions SET owner = 0 WHERE owner = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What a member is in its group, whichever incarnation fills it."""

    group: str
    topics: tuple[str, ...]
    instance: str
    lease: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a rebalance changed, from where to read, and whose lease ends next."""

    changes: Changes
    committed: Mapping[Place, int]
    next_end: float


class Membership:
    """One incarnation's rows: its lease, and the partitions it owns."""

    def __init__(
        self,
        store: Store,
        connection: sqlite3.Connection,
        seat: Seat,
        port: int,
        clock: Callable[[], float],
    ) -> None:
        """The member has joined, in place of any of the same name.

        Raises UnknownTopic.
        """
        self._store = store
        self._connection = connection
        self._seat = seat
        self._port = port
        self._clock = clock
        self._ids = {
            (topic, number): partition_id
            for topic in seat.topics
            for number, partition_id in enumerate(
                store.partition_ids(connection, topic)
            )
        }
        with store.writing(connection):
            self._enter()

    def partition_id(self, place: Place) -> int:
        """The id of a partition of a topic subscribed to."""
        return self._ids[place]

    def generation(self) -> int:
        """A number that has grown whenever any group of the log has changed."""
        row = self._connection.execute("SELECT generation FROM log").fetchone()
        return int(row[0])

    def beat(self) -> bool:
        """The lease runs anew; False if the member is no longer in its group."""
        now = self._clock()
        with self._store.writing(self._connection) as connection:
            found = connection.execute(
                "UPDATE members SET lease_until = ? WHERE id = ?",
                (now + self._seat.lease, self._id),
            ).rowcount
        self.due = now + self._seat.lease / BEATS_PER_LEASE
        return found == 1

    def rejoin(self) -> None:
        """A new incarnation is in the group, after the group took this one for dead.

        Raises MemberReplaced if another has taken the seat meanwhile.
        """
        with self._store.writing(self._connection) as connection:
            if _incarnations(connection, self._group_id, self._seat.instance):
                raise MemberReplaced(
                    f"A newer member {self._seat.instance!r} has joined the group "
                    f"{self._seat.group!r}; stop this one, or name it otherwise."
                )
            self._enter()

    def rebalance(self, busy: AbstractSet[Place]) -> Turn:
        """Bury dead members, give up and claim partitions as the group now demands.

        Looks first without the write lock, for most often there is nothing to do.
        The end of another's lease makes the next look due, if that comes first.
        """
        with self._store.reading(self._connection):
            turn = self._plan(busy)
        if turn.changes:
            with self._store.writing(self._connection) as connection:
                turn = self._plan(busy)
                self._apply(connection, turn.changes)
        self.due = min(self.due, turn.next_end)
        return turn

    def commit(self, offsets: Mapping[Place, int]) -> frozenset[Place]:
        """Move the committed offsets; return the partitions that are not owned now."""
        lost = set()
        with self._store.writing(self._connection) as connection:
            for place, offset in offsets.items():
                moved = connection.execute(
                    "UPDATE positions SET committed = ?"
                    " WHERE group_id = ? AND partition_id = ? AND owner = ?",
                    (offset, self._group_id, self._ids[place], self._id),
                ).rowcount
                if not moved:
                    lost.add(place)
        return frozenset(lost)

    def leave(self) -> None:
        """The member is gone and its partitions are free."""
        with self._store.writing(self._connection) as connection:
            _remove(connection, self._id)
            connection.execute(MOVED)

    def fellows(self) -> list[int]:
        """The bell ports of the other members of the group."""
        rows = self._connection.execute(
            "SELECT port FROM members WHERE group_id = ? AND id <> ?",
            (self._group_id, self._id),
        )
        return [port for (port,) in rows]

    def _enter(self) -> None:
        connection, seat, now = self._connection, self._seat, self._clock()
        self._group_id = _group_id(connection, seat.group)
        for old in _incarnations(connection, self._group_id, seat.instance):
            _remove(connection, old)
        topics = msgspec.json.encode(seat.topics).decode()
        until = now + seat.lease
        connection.execute(
            "INSERT INTO members (group_id, instance, topics, lease, lease_until, port)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (self._group_id, seat.instance, topics, seat.lease, until, self._port),
        )
        (self._id,) = _incarnations(connection, self._group_id, seat.instance)
        self._open_positions(connection)
        connection.execute(MOVED)
        self.due = now

    def _open_positions(self, connection: sqlite3.Connection) -> None:
        connection.executemany(
            "INSERT INTO positions (group_id, partition_id, committed)"
            " SELECT ?, id, first_offset FROM partitions WHERE id = ?"
            " ON CONFLICT DO NOTHING",
            [(self._group_id, partition_id) for partition_id in self._ids.values()],
        )

    def _plan(self, busy: AbstractSet[Place]) -> Turn:
        members = read_members(self._connection, self._group_id)
        owners: dict[Place, int] = {}
        committed: dict[Place, int] = {}
        places = {partition_id: place for place, partition_id in self._ids.items()}
        for partition_id, offset, owner in self._connection.execute(
            "SELECT partition_id, committed, owner FROM positions WHERE group_id = ?",
            (self._group_id,),
        ):
            if partition_id in places:
                owners[places[partition_id]] = owner
                committed[places[partition_id]] = offset
        now = self._clock()
        ends = [
            member.lease_until
            for member in members
            if member.id != self._id and member.is_live(now)
        ]
        return Turn(
            changes=changes(self._id, members, owners, busy, now),
            committed=committed,
            next_end=min(ends, default=math.inf),
        )

    def _apply(self, connection: sqlite3.Connection, what: Changes) -> None:
        if not what:
            return
        for member_id in what.dead:
            _remove(connection, member_id)
        self._own(connection, NOBODY, what.released)
        self._own(connection, self._id, what.claimed)
        connection.execute(MOVED)

    def _own(
        self, connection: sqlite3.Connection, owner: int, places: AbstractSet[Place]
    ) -> None:
        connection.executemany(
            "UPDATE positions SET owner = ? WHERE group_id = ? AND partition_id = ?",
            [(owner, self._group_id, self._ids[place]) for place in places],
        )


def read_members(connection: sqlite3.Connection, group_id: int) -> list[Member]:
    """The members of a group, dead ones that nobody buried yet among them."""
    rows = connection.execute(
        "SELECT id, instance, topics, lease, lease_until FROM members"
        " WHERE group_id = ?",
        (group_id,),
    )
    return [
        Member(
            id=member_id,
            instance=instance,
            topics=frozenset(msgspec.json.decode(topics, type=list[str])),
            lease=lease,
            lease_until=until,
        )
        for member_id, instance, topics, lease, until in rows
    ]


def _incarnations(
    connection: sqlite3.Connection, group_id: int, instance: str
) -> list[int]:
    rows = connection.execute(
        "SELECT id FROM members WHERE group_id = ? AND instance = ?",
        (group_id, instance),
    )
    return [member_id for (member_id,) in rows]


def _group_id(connection: sqlite3.Connection, name: str) -> int:
    connection.execute(
        "INSERT INTO groups (name) VALUES (?) ON CONFLICT DO NOTHING", (name,)
    )
    row = connection.execute("SELECT id FROM groups WHERE name = ?", (name,)).fetchone()
    return int(row[0])


def _remove(connection: sqlite3.Connection, member_id: int) -> None:
    connection.execute(DISOWN, (member_id,))
    connection.execute("DELETE FROM members WHERE id = ?", (member_id,))
