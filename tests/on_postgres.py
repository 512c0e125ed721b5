"""A plugin of pytest for groups that run on PostgreSQL: their database goes at the end.

PostgreSQL drops none that somebody is connected to, and a connection of a thread that
has just ended may live a moment longer than the last test.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db.backends.postgresql.creation import DatabaseCreation


def pytest_configure(config: pytest.Config) -> None:
    """Drop it whoever is still connected."""
    DatabaseCreation._destroy_test_db = _drop  # type: ignore[attr-defined]


def _drop(creation: Any, test_database_name: str, verbosity: int) -> None:
    creation.connection.close_pool()
    name = creation.connection.ops.quote_name(test_database_name)
    with creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
