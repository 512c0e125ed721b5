"""The log in the memory of one process: deterministic, for tests and simulation.

Nothing waits and no thread runs: a poll returns at once what there is. Time is what
the clock given says. Not for use by several threads, except for `wake`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from common.log.memory.admin import MemoryAdmin
from common.log.memory.consumer import MemoryConsumer
from common.log.memory.publisher import MemoryPublisher
from common.log.memory.state import State
from common.log.sharing import LEASE_SECONDS, NOBODY, Member

__all__ = ["MemoryLog"]


class MemoryLog:
    """A log that lives as long as this object."""

    def __init__(
        self,
        *,
        lease: float = LEASE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Leases run on `clock`; `wall` (seconds since 1970) stamps the records."""
        self._state = State()
        self._lease = lease
        self._clock = clock
        self._wall = wall

    def publisher(self) -> MemoryPublisher:
        """A publisher."""
        return MemoryPublisher(self._state, self._wall)

    def consumer(
        self, group: str, topics: Sequence[str], instance: str
    ) -> MemoryConsumer:
        """A member of `group`, in place of any other of that instance name.

        Raises UnknownTopic.
        """
        for topic in topics:
            self._state.topic(topic)
        seat = Member(
            id=NOBODY,
            instance=instance,
            topics=frozenset(topics),
            lease=self._lease,
            lease_until=0.0,
        )
        return MemoryConsumer(self._state, group, seat, self._clock)

    def admin(self) -> MemoryAdmin:
        """The reader for screens, health checks and set-up."""
        return MemoryAdmin(self._state, self._clock)

    def close(self) -> None:
        """Nothing is held that would need closing."""
