"""The tables of the log file.

A message's id is its partition's id and its offset in one integer: one B-tree keeps
each partition's records together and needs no index beside it.
"""

from __future__ import annotations

import sqlite3

from common.log.port import LogError

VERSION = 1
OFFSET_BITS = 40

TABLES = """
CREATE TABLE log (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    generation INTEGER NOT NULL  -- grows whenever a partition or a member moves
);
INSERT INTO log VALUES (1, 1);
CREATE TABLE topics (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    retention_ms INTEGER NOT NULL,
    retention_bytes INTEGER NOT NULL
);
CREATE TABLE partitions (
    id INTEGER PRIMARY KEY,
    topic_id INTEGER NOT NULL REFERENCES topics (id),
    number INTEGER NOT NULL,
    first_offset INTEGER NOT NULL DEFAULT 0,
    next_offset INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic_id, number)
);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,  -- partition id << 40 | offset
    timestamp INTEGER NOT NULL,
    size INTEGER NOT NULL,
    key TEXT NOT NULL,
    headers BLOB NOT NULL,
    value BLOB NOT NULL
);
CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL REFERENCES groups (id),
    instance TEXT NOT NULL,
    topics TEXT NOT NULL,
    lease REAL NOT NULL,
    lease_until REAL NOT NULL,  -- on the machine's monotonic clock
    port INTEGER NOT NULL,
    UNIQUE (group_id, instance)
);
CREATE TABLE positions (
    group_id INTEGER NOT NULL REFERENCES groups (id),
    partition_id INTEGER NOT NULL REFERENCES partitions (id),
    committed INTEGER NOT NULL,
    owner INTEGER NOT NULL DEFAULT 0,  -- a member's id
    PRIMARY KEY (group_id, partition_id)
) WITHOUT ROWID;
"""


def lay(connection: sqlite3.Connection) -> None:
    """The tables are there, in one transaction; another version is refused."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found == 0:
        connection.executescript(
            f"BEGIN IMMEDIATE;{TABLES}PRAGMA user_version = {VERSION};COMMIT;"
        )
    elif found != VERSION:
        raise LogError(
            f"The log file has format {found}, this program reads format {VERSION}; "
            "run the program that wrote it."
        )


def message_id(partition_id: int, offset: int) -> int:
    """The id of the record at `offset` of a partition."""
    return partition_id << OFFSET_BITS | offset
