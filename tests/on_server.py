"""A plugin of pytest for groups that run on a real server: only what uses a database.

The others were run once already, and know nothing of where rows are.
"""

from __future__ import annotations

import pytest

DATABASE_FIXTURES = frozenset({"db", "transactional_db"})


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out the tests to which pytest-django gives no database."""
    without = [item for item in items if not has_database(item)]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if has_database(item)]


def has_database(item: pytest.Item) -> bool:
    """True where the test, or a fixture of it, says that it needs one."""
    fixtures: list[str] = getattr(item, "fixturenames", [])
    marked = item.get_closest_marker("django_db") is not None
    return marked or not DATABASE_FIXTURES.isdisjoint(fixtures)
