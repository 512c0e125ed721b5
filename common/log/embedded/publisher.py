"""Appending records to the log file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

import msgspec

from common.log.embedded import schema
from common.log.embedded.bells import Ringer
from common.log.embedded.store import Store
from common.log.limits import size_of
from common.log.port import NewRecord, partition_of

# size, key, headers, value
Row = tuple[int, str, bytes, bytes]

INSERT = (
    "INSERT INTO messages (id, timestamp, size, key, headers, value)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
HEAD = "SELECT next_offset FROM partitions WHERE id = ?"
ADVANCE = (
    "UPDATE partitions SET next_offset = next_offset + ?, bytes = bytes + ?"
    " WHERE id = ?"
)


class EmbeddedPublisher:
    """Appends records; each `publish` is one transaction, on disk when it returns."""

    def __init__(self, store: Store, wall: Callable[[], float]) -> None:
        """`wall` tells the seconds since 1970."""
        self._store = store
        self._wall = wall
        self._connection = store.connect(durable=True)
        self._encode = msgspec.json.Encoder().encode
        self._ringer = Ringer()
        self.closed = False

    def publish(self, records: Sequence[NewRecord]) -> None:
        """Append all records, or none, durably, and wake their readers."""
        if not records:
            return
        rows = self._by_partition(records)
        with self._store.writing(self._connection) as connection:
            self._append(connection, rows)
            ports = self._ringer.owners(connection, rows)
        self._ringer.ring(ports)

    def close(self) -> None:
        """The connection and the socket are closed."""
        self.closed = True
        self._ringer.close()
        self._store.disconnect(self._connection)

    def _by_partition(self, records: Sequence[NewRecord]) -> dict[int, list[Row]]:
        rows: dict[int, list[Row]] = {}
        for record in records:
            ids = self._store.partition_ids(self._connection, record.topic)
            rows.setdefault(ids[partition_of(record.key, len(ids))], []).append(
                (
                    size_of(record),
                    record.key,
                    self._encode(record.headers),
                    record.value,
                )
            )
        return rows

    def _append(
        self, connection: sqlite3.Connection, rows: dict[int, list[Row]]
    ) -> None:
        timestamp = int(self._wall() * 1000)
        messages: list[tuple[int | str | bytes, ...]] = []
        advances: list[tuple[int, int, int]] = []
        for partition_id, added in rows.items():
            (head,) = connection.execute(HEAD, (partition_id,)).fetchone()
            first = schema.message_id(partition_id, head)
            messages += [(first + n, timestamp, *row) for n, row in enumerate(added)]
            advances.append((len(added), sum(row[0] for row in added), partition_id))
        connection.executemany(INSERT, messages)
        connection.executemany(ADVANCE, advances)
