"""Waking readers: a datagram on the loopback says `look`, and carries nothing.

A lost one costs a second at most, for every reader looks by itself now and then.
"""

from __future__ import annotations

import math
import select
import socket
import sqlite3
from collections.abc import Iterable
from contextlib import suppress

LOOPBACK = "127.0.0.1"


class Bell:
    """A reader's own bell: it waits here, and others ring at `port`."""

    def __init__(self) -> None:
        """The bell hangs at a free port."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((LOOPBACK, 0))
        self._socket.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self.port: int = self._socket.getsockname()[1]
        self._woken = False

    def wake(self) -> None:
        """The next or present wait ends, and `was_woken` says so; for any thread."""
        self._woken = True
        # A full buffer or a closed bell needs no ringing:
        with suppress(OSError):
            self._socket.sendto(b"", (LOOPBACK, self.port))

    def was_woken(self) -> bool:
        """Whether `wake` was called since this was last asked."""
        woken, self._woken = self._woken, False
        return woken

    def wait(self, seconds: float) -> None:
        """Return when it rings, or has rung since the last wait, or time is up."""
        if self._poll.poll(math.ceil(max(seconds, 0.0) * 1000)):
            with suppress(BlockingIOError):
                while True:
                    self._socket.recv(1)

    def close(self) -> None:
        """The port is free again."""
        self._socket.close()


class Ringer:
    """Rings the owners of partitions, and knows them by the log's generation."""

    def __init__(self) -> None:
        """Nobody is known yet."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._generation = 0
        self._ports: dict[int, set[int]] = {}

    def owners(self, connection: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
        """The ports of those who read these partitions, asked in a write transaction.

        Who claims a partition after that transaction looks into it by itself.
        """
        (generation,) = connection.execute("SELECT generation FROM log").fetchone()
        if generation != self._generation:
            self._learn(connection)
            self._generation = generation
        none: set[int] = set()
        return none.union(*(self._ports.get(each, none) for each in ids))

    def ring(self, ports: Iterable[int]) -> None:
        """Each port got its datagram, or its reader will look by itself."""
        for port in ports:
            with suppress(OSError):
                self._socket.sendto(b"", (LOOPBACK, port))

    def close(self) -> None:
        """The socket is closed."""
        self._socket.close()

    def _learn(self, connection: sqlite3.Connection) -> None:
        self._ports = {}
        for partition_id, port in connection.execute(
            "SELECT p.partition_id, m.port FROM positions p"
            " JOIN members m ON m.id = p.owner"
        ):
            self._ports.setdefault(partition_id, set()).add(port)
