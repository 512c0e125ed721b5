"""Which database the running code speaks to: a service has one, a simulation four."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS

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


class CurrentDatabaseRouter:
    """Sends every model to the current database (DATABASE_ROUTERS of a simulation)."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """The alias to read `model` from."""
        return current_database()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """The alias to write `model` to."""
        return current_database()
