"""What the tests of the inventory service share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connections
from rest_framework.test import APIClient

from common.clock import clock_set_to

NOW = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The database is a file: in memory, threads do not meet as processes do."""
    if connections["default"].vendor != "sqlite":
        return
    file = tmp_path_factory.mktemp("db") / "inventory.sqlite3"
    connections["default"].settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """The clock stands at NOW."""
    with clock_set_to(lambda: NOW):
        yield


@pytest.fixture
def client() -> APIClient:
    """A client that sends and reads JSON, from this machine."""
    return APIClient()
