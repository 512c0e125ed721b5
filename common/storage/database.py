"""Which database the running code speaks to: a service has one, a simulation four."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

_alias: ContextVar[str] = ContextVar("database", default=DEFAULT_DB_ALIAS)


def current_database() -> str:
    """The alias of the database of the service that is running."""
    return _alias.get()


@contextmanager
def database_set_to(alias: str) -> Iterator[None]:
    """Within the block every model is read from and written to `alias`."""
    token = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(token)


def ping() -> None:
    """Have the current database answer. Raises an outage."""
    connection: Any = connections[current_database()]
    if connection.vendor == "mongodb":
        from common.storage.mongodb import driver_errors_as_djangos

        with driver_errors_as_djangos():
            # Only a primary is asked, and only a primary can take writes.
            connection.database.command("ping")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def knows_how_rare_values_are() -> bool:
    """True where the planner weighs filters by what is stored: not on SQLite."""
    return bool(connections[current_database()].vendor != "sqlite")


def counts_need_an_index() -> bool:
    """True where a count reads whole rows unless an index's first column is named."""
    return bool(connections[current_database()].vendor == "mongodb")


class CurrentDatabaseRouter:
    """Sends every model to the current database (DATABASE_ROUTERS of a simulation)."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """The alias to read `model` from."""
        return current_database()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """The alias to write `model` to."""
        return current_database()
