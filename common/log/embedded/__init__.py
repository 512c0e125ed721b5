"""The log in one SQLite file, shared by the processes of one machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Protocol, TypeVar

from common.log.embedded.admin import EmbeddedAdmin
from common.log.embedded.consumer import EmbeddedConsumer
from common.log.embedded.groups import Seat
from common.log.embedded.publisher import EmbeddedPublisher
from common.log.embedded.store import Store
from common.log.sharing import LEASE_SECONDS

__all__ = ["EmbeddedLog"]


class _Part(Protocol):
    closed: bool

    def close(self) -> None: ...


PartT = TypeVar("PartT", bound=_Part)


class EmbeddedLog:
    """The log file at a path; opened when the first part of it is asked for."""

    def __init__(
        self,
        path: str,
        *,
        lease: float = LEASE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`clock` is what leases run on, the same for all processes of the machine."""
        self._path = path
        self._lease = lease
        self._clock = clock
        self._wall = wall
        self._mutex = threading.Lock()
        self._opened: Store | None = None
        self._parts: list[_Part] = []
        self._admin: EmbeddedAdmin | None = None

    def publisher(self) -> EmbeddedPublisher:
        """A publisher; safe to use from several threads."""
        return self._keep(EmbeddedPublisher(self._store(), self._wall))

    def consumer(
        self, group: str, topics: Sequence[str], instance: str
    ) -> EmbeddedConsumer:
        """A member of `group`, in place of any other of that instance name.

        Raises UnknownTopic.
        """
        seat = Seat(
            group=group,
            topics=tuple(sorted(set(topics))),
            instance=instance,
            lease=self._lease,
        )
        return self._keep(EmbeddedConsumer(self._store(), seat, self._clock))

    def admin(self) -> EmbeddedAdmin:
        """The reader for screens, health checks and set-up; always the same one."""
        store = self._store()
        with self._mutex:
            if self._admin is None:
                self._admin = EmbeddedAdmin(store, self._clock)
            return self._admin

    def close(self) -> None:
        """Every part this process opened is closed, even if one raises."""
        with self._mutex, ExitStack() as closing:
            for part in (self._opened, self._admin, *self._parts):
                if part:
                    closing.callback(part.close)
            self._opened = self._admin = None
            self._parts = []

    def _store(self) -> Store:
        with self._mutex:
            if self._opened is None:
                self._opened = Store(self._path)
            return self._opened

    def _keep(self, part: PartT) -> PartT:
        with self._mutex:
            self._parts = [*(each for each in self._parts if not each.closed), part]
        return part
