"""DATABASE_URL decides where rows are kept; its secrets stay where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from common.conf import databases
from common.conf.env import ConfigurationError
from tests.common.storage.backends import only_on


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A state folder of its own, with nothing else set."""
    for name in ("DATABASE_URL", "DATABASE_POOL_SIZE", "APP_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state of things"))


def of(monkeypatch: pytest.MonkeyPatch, address: str) -> dict[str, Any]:
    """The settings that this address leads to."""
    monkeypatch.setenv("DATABASE_URL", address)
    found: dict[str, Any] = databases.databases("order")["default"]
    return found


def test_a_service_has_a_file_of_its_own(tmp_path: Path) -> None:
    """In a folder that is made."""
    file = Path(databases.databases("order")["default"]["NAME"])
    assert file == tmp_path / "state of things" / "db" / "order.sqlite3"
    assert file.parent.is_dir()


@pytest.mark.parametrize("slashes", ["///", "////"])
def test_a_database_can_be_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, slashes: str
) -> None:
    """By address, with three slashes or four."""
    address = f"sqlite:{slashes}{str(tmp_path).lstrip('/')}/a%20b.db"
    monkeypatch.setenv("DATABASE_URL", address)
    assert databases.databases("order")["default"]["NAME"] == f"{tmp_path}/a b.db"


def test_other_databases_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the scheme that is served."""
    monkeypatch.setenv("DATABASE_URL", "mysql://db/x")
    with pytest.raises(ConfigurationError, match="must start with sqlite://"):
        databases.databases("order")


@only_on("sqlite")
@pytest.mark.django_db
def test_the_pragmas_are_in_force() -> None:
    """On every connection; the sync is common.storage.durable's, not the commit's."""
    with connection.cursor() as cursor:
        values = {}
        for name in ("journal_mode", "synchronous", "busy_timeout", "temp_store"):
            values[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
    assert values == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 15000,
        "temp_store": 2,
    }


def test_a_postgres_address_says_all_there_is_to_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """User, password with its escapes, hosts, database and libpq's own options."""
    found = of(
        monkeypatch,
        "postgres://saga:p%40ss%2Fword@db1:5433,db2/orders?sslmode=verify-full",
    )
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"]) == ("saga", "p@ss/word")
    assert (found["HOST"], found["PORT"]) == ("db1,db2", "5433,5432")
    assert found["NAME"] == "orders"
    assert found["OPTIONS"]["sslmode"] == "verify-full"


def test_a_postgres_session_waits_for_nothing_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Statements, locks, idle transactions and connecting have their limits."""
    monkeypatch.setenv("DATABASE_STATEMENT_TIMEOUT_SECONDS", "7")
    options = of(monkeypatch, "postgresql://db/orders")["OPTIONS"]
    assert "statement_timeout=7s" in options["options"]
    assert "lock_timeout=10s" in options["options"]
    assert "idle_in_transaction_session_timeout=10s" in options["options"]
    assert options["application_name"] == "order-service"
    assert options["connect_timeout"] == "3"


def test_what_the_address_says_goes_before_what_is_usual(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On PostgreSQL and on MongoDB."""
    address = "postgres://db/orders?application_name=mine&connect_timeout=9"
    options = of(monkeypatch, address)["OPTIONS"]
    assert (options["application_name"], options["connect_timeout"]) == ("mine", "9")
    address = "mongodb://db/orders?replicaSet=rs&w=1&appname=mine"
    assert not {"w", "appname"} & of(monkeypatch, address)["OPTIONS"].keys()


def test_the_pool_is_as_large_as_it_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On both servers."""
    monkeypatch.setenv("DATABASE_POOL_SIZE", "20")
    on_postgres = of(monkeypatch, "postgres://db/orders")
    assert on_postgres["OPTIONS"]["pool"]["max_size"] == 20
    on_mongodb = of(monkeypatch, "mongodb://db/orders?replicaSet=rs")
    assert on_mongodb["OPTIONS"]["maxPoolSize"] == 20


def test_a_mongodb_address_keeps_user_and_password_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The address that the driver logs has neither."""
    found = of(
        monkeypatch, "mongodb://saga:p%40ss@db1:1,db2:2/orders?replicaSet=rs-order"
    )
    assert found["ENGINE"] == "common.mongodb"
    assert found["HOST"] == "mongodb://db1:1,db2:2/orders?replicaSet=rs-order"
    assert (found["USER"], found["PASSWORD"]) == ("saga", "p@ss")
    assert found["NAME"] == "orders"


def test_a_mongodb_write_is_safe_and_an_outage_is_soon_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Majority and journal; seconds, not half a minute."""
    options = of(monkeypatch, "mongodb+srv://db.example/orders")["OPTIONS"]
    assert (options["w"], options["journal"]) == ("majority", True)
    assert options["retryWrites"] is True
    assert options["serverSelectionTimeoutMS"] == 3000


def test_generated_keys_fit_the_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    """MongoDB has ObjectIds, and migrations of its own for Django's apps."""
    apps = ["django.contrib.auth", "common.web"]
    assert databases.with_keys_of_backend(apps) == apps
    assert databases.migration_modules() == {}
    assert databases.default_auto_field().endswith("BigAutoField")
    monkeypatch.setenv("DATABASE_URL", "mongodb://db/orders?replicaSet=rs")
    assert databases.with_keys_of_backend(apps) == [
        "common.mongodb.apps.MongoAuthConfig",
        "common.web",
    ]
    assert databases.migration_modules().keys() == {"admin", "auth", "contenttypes"}
    assert databases.default_auto_field().endswith("ObjectIdAutoField")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("postgres://u:hush@db", "must name the database"),
        ("postgres://u:hush@db:port/orders", "after the host"),
        ("postgres://u:hush@db/orders?ssl=1", "does not include ssl"),
        ("mongodb://u:hush@db/orders", "replicaSet"),
        ("mongodb://u:hush@db/?replicaSet=rs", "must name the database"),
        ("oracle://u:hush@db/orders", "or mongodb://"),
    ],
)
def test_a_wrong_address_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, address: str, why: str
) -> None:
    """The sentence says what is wrong, and never the password."""
    with pytest.raises(ConfigurationError, match=why) as refused:
        of(monkeypatch, address)
    assert "hush" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
