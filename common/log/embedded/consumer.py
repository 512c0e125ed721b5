"""Reading the log file as a member of a consumer group."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from common.log.embedded.bells import Bell, Ringer
from common.log.embedded.groups import Membership, Seat
from common.log.embedded.records import read_records
from common.log.embedded.store import Store
from common.log.port import LogError, LogRecord
from common.log.positions import Positions, Share
from common.log.sharing import Place

# A reader whose bell was not heard looks by itself after so long:
LOOK_SECONDS = 1.0
# A batch ends early beyond this, so that large records cannot fill the memory:
BATCH_BYTES = 32 * 1024 * 1024
HEADS = "SELECT id, first_offset, next_offset FROM partitions WHERE id IN ({})"


class EmbeddedConsumer:
    """One member of a group: waits at its bell, reads the partitions it owns."""

    def __init__(self, store: Store, seat: Seat, clock: Callable[[], float]) -> None:
        """The member has joined its group; partitions come with the first poll."""
        self._store = store
        self._clock = clock
        self._connection = store.connect(durable=False)
        self._bell = Bell()
        self._ringer = Ringer()
        self._positions = Positions()
        self._generation = 0
        self._heads = ""
        self.closed = False
        try:
            self._membership = Membership(
                store, self._connection, seat, self._bell.port, clock
            )
        except BaseException:
            self._release()
            raise
        self._ringer.ring(self._membership.fellows())

    def poll(self, timeout: float, max_records: int = 500) -> Sequence[LogRecord]:
        """Wait up to `timeout` seconds for records of the partitions held."""
        if self.closed:
            raise LogError("This consumer is closed; make a new one to read on.")
        deadline = time.monotonic() + timeout
        while True:
            self._keep_house()
            records = self._fetch(max_records)
            left = deadline - time.monotonic()
            if self._bell.was_woken() or records or left <= 0:
                return records
            until_due = self._membership.due - self._clock()
            self._bell.wait(min(left, LOOK_SECONDS, until_due))

    def commit(self) -> None:
        """Commit everything polled in the partitions that are still held."""
        offsets = self._positions.uncommitted()
        if not offsets:
            return
        lost = self._membership.commit(offsets)
        self._positions.committed()
        self._positions.drop(lost)

    def rewind(self) -> None:
        """The next poll returns again what was polled and not committed."""
        self._positions.rewind()

    def wake(self) -> None:
        """A waiting poll returns; any thread may call this."""
        self._bell.wake()

    def assignment(self) -> frozenset[tuple[str, int]]:
        """The partitions this member holds now."""
        return self._positions.held

    def close(self) -> None:
        """The member has left; its partitions are free for the others."""
        if self.closed:
            return
        try:
            self._membership.leave()
            self._ringer.ring(self._membership.fellows())
        finally:
            self._release()

    def _release(self) -> None:
        self.closed = True
        self._positions.clear()
        self._bell.close()
        self._ringer.close()
        self._store.disconnect(self._connection)

    def _keep_house(self) -> None:
        generation = self._membership.generation()
        due = self._clock() >= self._membership.due
        if not due and generation == self._generation:
            return
        if not self._membership.beat():
            self._positions.clear()
            self._membership.rejoin()
        self._generation = generation
        self._rebalance()

    def _rebalance(self) -> None:
        busy = frozenset(self._positions.uncommitted())
        turn = self._membership.rebalance(busy)
        self._positions.drop(turn.changes.released)
        for place in sorted(turn.changes.claimed):
            self._positions.take(place, turn.committed[place])
        self._positions.retire(turn.changes.awaited)
        if turn.changes.awaited:
            self._generation = 0  # so that the next poll looks again
        if turn.changes:
            self._ringer.ring(self._membership.fellows())
        ids = map(self._membership.partition_id, self._positions.held)
        self._heads = HEADS.format(",".join(map(str, sorted(ids))))

    def _fetch(self, limit: int) -> list[LogRecord]:
        if not self._positions.held:
            return []
        records: list[LogRecord] = []
        ends: dict[Place, int] = {}
        room = BATCH_BYTES
        with self._store.reading(self._connection):
            for share in self._positions.shares(self._ranges(), limit):
                for record in self._read(share):
                    records.append(record)
                    ends[share.place] = record.offset + 1
                    room -= len(record.value)
                    if room <= 0:
                        break
        # Only now: had a read failed, its records would count as polled.
        for place, end in ends.items():
            self._positions.advance(place, end)
        return records

    def _ranges(self) -> dict[Place, tuple[int, int]]:
        return {
            self._store.place(partition_id): (first_offset, next_offset)
            for partition_id, first_offset, next_offset in self._connection.execute(
                self._heads
            )
        }

    def _read(self, share: Share) -> Iterator[LogRecord]:
        partition_id = self._membership.partition_id(share.place)
        return read_records(
            self._connection, partition_id, share.place, share.start, share.limit
        )
