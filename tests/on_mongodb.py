"""A plugin of pytest for groups that run on MongoDB, where no test is rolled back.

Django empties every collection after a test there, and then makes all permissions
anew, which takes ten times as long as the test: here those are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import TransactionTestCase

# What `migrate` fills; no test writes to it.
KEPT = frozenset(
    {
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "auth_group",
        "auth_group_permissions",
    }
)


def pytest_configure(config: pytest.Config) -> None:
    """Empty only what tests fill."""
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]


def _empty(test: Any) -> None:
    for alias in test._databases_names(include_mirrors=False):
        connection: Any = connections[alias]
        database = connection.database
        for name in database.list_collection_names():
            if name in KEPT or name.startswith("system."):
                continue
            if database[name].find_one() is not None:
                database[name].delete_many({})


@pytest.fixture(autouse=True)
def _nothing_is_published() -> Iterator[None]:
    """Units really commit here: without this their messages would be sent, too."""
    from common.messaging.relay import relay_set_to

    with relay_set_to(lambda rows: None):
        yield
