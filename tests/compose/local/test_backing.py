"""Where the services are told to go."""

from __future__ import annotations

from pathlib import Path

import pytest

from compose.local.backing import Backing, check_kind, embedded
from compose.local.problem import Problem

STATE = Path("/tmp/a state")  # noqa: S108 - nothing is written there


def test_the_default_is_files_of_the_state_dir() -> None:
    """A database and a broker for each service; the log is the services' default."""
    assert embedded(STATE, {}).of("order") == {
        "DATABASE_URL": "sqlite:///tmp/a%20state/db/order.sqlite3",
        "CELERY_BROKER_URL": "filesystem:///tmp/a%20state/broker/order",
    }


def test_the_shell_may_name_a_database_for_each_service() -> None:
    """One DATABASE_URL would be one database for four, so it is not looked at."""
    outer = {
        "DATABASE_URL": "postgres://db/all",
        "ORDER_DATABASE_URL": "postgres://db/orders",
        "CELERY_BROKER_URL": "redis://cache/0",
    }
    given = embedded(STATE, outer)
    assert given.databases["order"] == "postgres://db/orders"
    assert given.databases["payment"].startswith("sqlite://")
    assert set(given.brokers.values()) == {"redis://cache/0"}


def test_a_log_is_set_where_the_stack_has_one_of_its_own() -> None:
    """Whatever the shell says, then."""
    own = Backing(databases={"order": "d"}, brokers={"order": "b"}, log="kafka://k")
    assert own.of("order")["LOG_URL"] == "kafka://k"


def test_an_unknown_stack_is_named_with_those_there_are() -> None:
    """The sentence lists what could have been meant."""
    with pytest.raises(Problem, match=r"'oracle'\. The stacks are: embedded, k"):
        check_kind("oracle")
