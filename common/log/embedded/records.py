"""Reading records out of the log file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import msgspec

from common.log.embedded import schema
from common.log.port import LogRecord
from common.log.sharing import Place

SELECT = (
    "SELECT id, timestamp, key, headers, value FROM messages"
    " WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
)
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
