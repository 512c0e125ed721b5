"""What runs on a real server is what uses a database; nothing of it is left out."""

from __future__ import annotations

import pytest

from tests.on_server import has_database


def test_a_test_that_asks_for_no_database_has_none(
    request: pytest.FixtureRequest,
) -> None:
    """Like this one."""
    assert not has_database(request.node)


@pytest.mark.django_db
def test_a_mark_says_it(request: pytest.FixtureRequest) -> None:
    """On the test or on its file."""
    assert has_database(request.node)


@pytest.mark.usefixtures("rows")
def test_a_fixture_says_it(request: pytest.FixtureRequest) -> None:
    """Though the test itself says nothing."""
    assert has_database(request.node)


@pytest.fixture
def rows(db: None) -> None:
    """Something stored."""
