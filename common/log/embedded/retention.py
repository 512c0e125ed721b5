"""Deleting from the front of a partition what its topic no longer keeps."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from common.log.embedded import schema
from common.log.embedded.store import Store

# Deleted in one transaction; publishers wait no longer than that takes:
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Rule:
    """What one partition keeps: records since a moment, and so many bytes."""

    partition_id: int
    since_ms: int
    keep_bytes: int  # 0: any number


def apply_retention(store: Store, connection: sqlite3.Connection, now_ms: int) -> int:
    """Delete what is past its age or size; return how many records."""
    with store.reading(connection):
        rules = [
            Rule(partition_id, now_ms - age if age else 0, size)
            for partition_id, age, size in connection.execute(
                "SELECT p.id, t.retention_ms, t.retention_bytes FROM partitions p"
                " JOIN topics t ON t.id = p.topic_id"
                " WHERE p.next_offset > p.first_offset"
            )
        ]
    return sum(_apply(store, connection, rule) for rule in rules)


def _apply(store: Store, connection: sqlite3.Connection, rule: Rule) -> int:
    total = 0
    while True:
        with store.reading(connection):
            if not _expired(connection, rule)[0]:
                return total
        with store.writing(connection):
            # Looked up again: another process may have been here meanwhile.
            count, size = _expired(connection, rule)
            _delete(connection, rule.partition_id, count, size)
        total += count


def _expired(connection: sqlite3.Connection, rule: Rule) -> tuple[int, int]:
    """How many records at the front are to go, at most a chunk, and their bytes."""
    (held,) = connection.execute(
        "SELECT bytes FROM partitions WHERE id = ?", (rule.partition_id,)
    ).fetchone()
    count = gone = 0
    for timestamp, size in connection.execute(
        "SELECT timestamp, size FROM messages WHERE id >= ? AND id < ?"
        " ORDER BY id LIMIT ?",
        (
            schema.message_id(rule.partition_id, 0),
            schema.message_id(rule.partition_id + 1, 0),
            CHUNK,
        ),
    ):
        fits = not rule.keep_bytes or held - gone <= rule.keep_bytes
        if timestamp >= rule.since_ms and fits:
            break
        count += 1
        gone += size
    return count, gone


def _delete(
    connection: sqlite3.Connection, partition_id: int, count: int, size: int
) -> None:
    connection.execute(
        "UPDATE partitions SET first_offset = first_offset + ?, bytes = bytes - ?"
        " WHERE id = ?",
        (count, size, partition_id),
    )
    connection.execute(
        "DELETE FROM messages WHERE id >= ? AND id < ? | (SELECT first_offset"
        " FROM partitions WHERE id = ?)",
        (
            schema.message_id(partition_id, 0),
            schema.message_id(partition_id, 0),
            partition_id,
        ),
    )
