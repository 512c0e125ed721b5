"""Reading records out of the log file."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator

import msgspec

from common.log.embedded import schema
from common.log.port import LogRecord
from common.log.sharing import Place

SELECT = (
    "SELECT id, timestamp, key, headers, value FROM messages"
    " WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
)
RANGE = "SELECT first_offset, next_offset FROM partitions WHERE id = ?"
TIME = "SELECT timestamp FROM messages WHERE id = ?"
_headers = msgspec.json.Decoder(dict[str, str])


def read_records(
    connection: sqlite3.Connection,
    partition_id: int,
    place: Place,
    start: int,
    limit: int,
) -> Iterator[LogRecord]:
    """Up to `limit` records of a partition from offset `start` on."""
    base = schema.message_id(partition_id, 0)
    topic, partition = place
    for identity, timestamp, key, headers, value in connection.execute(
        SELECT, (base + start, schema.message_id(partition_id + 1, 0), limit)
    ):
        yield LogRecord(
            topic=topic,
            partition=partition,
            offset=identity - base,
            key=key,
            value=value,
            headers=_headers.decode(headers),
            timestamp=timestamp,
        )


def first_since(connection: sqlite3.Connection, partition_id: int, since: int) -> int:
    """The first offset whose record is of `since` (in ms) or later.

    Looked up by halving, for records are stamped in their order.
    """
    first, end = connection.execute(RANGE, (partition_id,)).fetchone()

    def timestamp(offset: int) -> int:
        identity = schema.message_id(partition_id, offset)
        return int(connection.execute(TIME, (identity,)).fetchone()[0])

    return int(first + bisect_left(range(first, end), since, key=timestamp))
