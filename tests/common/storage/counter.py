"""A counter in an SQLite file that several processes add to, through `atomic`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import django
from django.conf import settings


def make_counter(path: str) -> None:
    """Make the file with a counter of 0."""
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE counter (value INTEGER)")
        database.execute("INSERT INTO counter VALUES (0)")
    database.close()


def value_of(path: str) -> int:
    """What the counter says."""
    with sqlite3.connect(path) as database:
        (value,) = database.execute("SELECT value FROM counter").fetchone()
    database.close()
    return int(value)


def count_up(path: str, count: int) -> None:
    """Add 1 so often, each time by reading and writing (runs in its own process)."""
    from common.conf.databases import sqlite

    settings.configure(DATABASES={"default": sqlite(Path(path))}, USE_TZ=True)
    django.setup()
    from django.db import connection

    from common.storage.transactions import atomic

    for _ in range(count):
        with atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT value FROM counter")
            (value,) = cursor.fetchone()
            cursor.execute("UPDATE counter SET value = %s", [value + 1])
