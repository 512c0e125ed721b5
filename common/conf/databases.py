"""DATABASE_URL: where a service keeps its rows, and what Django must know for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from common.conf.env import ConfigurationError, env_int, env_url, file_of
from common.conf.profile import state_dir

VARIABLE = "DATABASE_URL"
SQLITE = ("sqlite",)
POSTGRES = ("postgres", "postgresql")
MONGODB = ("mongodb", "mongodb+srv")

BUSY_TIMEOUT_S = 15
CONNECT_TIMEOUT_S = 3
LOCK_TIMEOUT_S = 10
# A unit of work takes milliseconds; one that hangs must not hold its rows for ever.
IDLE_IN_TRANSACTION_S = 10

# WAL lets readers pass the writer; a commit is made durable by common.storage.durable,
# for many at once, and not by SQLite inside the write lock; the cache is in KiB when
# negative.
PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_S * 1000};"
    "PRAGMA cache_size=-16000;"
    "PRAGMA temp_store=MEMORY;"
    # Pages that change often are written back once in 16 MiB of log, not in 4.
    "PRAGMA wal_autocheckpoint=4000;"
)

# What a PostgreSQL address may say after its `?`, in libpq's names.
POSTGRES_OPTIONS = frozenset(
    {
        "application_name",
        "channel_binding",
        "connect_timeout",
        "gssencmode",
        "options",
        "require_auth",
        "sslcert",
        "sslcrl",
        "sslkey",
        "sslmode",
        "sslrootcert",
        "target_session_attrs",
    }
)

OBJECT_ID = "django_mongodb_backend.fields.ObjectIdAutoField"
# Apps whose models have generated keys: there these are ObjectIds.
MONGODB_APPS = {
    "django.contrib.admin": "common.mongodb.apps.MongoAdminConfig",
    "django.contrib.auth": "common.mongodb.apps.MongoAuthConfig",
    "django.contrib.contenttypes": "common.mongodb.apps.MongoContentTypesConfig",
}


def databases(service: str) -> dict[str, Any]:
    """DATABASES of a service: one database, from DATABASE_URL."""
    address = _address(service)
    if address.scheme in POSTGRES:
        return {"default": postgres(address, service)}
    if address.scheme in MONGODB:
        return {"default": mongodb(address, service)}
    return {"default": sqlite(file_of(address))}


def default_auto_field() -> str:
    """DEFAULT_AUTO_FIELD: generated keys are numbers, on MongoDB ObjectIds."""
    return OBJECT_ID if _on_mongodb() else "django.db.models.BigAutoField"


def with_keys_of_backend(apps: list[str]) -> list[str]:
    """INSTALLED_APPS with the configurations that fit the backend's generated keys."""
    return [MONGODB_APPS.get(app, app) for app in apps] if _on_mongodb() else apps


def migration_modules() -> dict[str, str]:
    """MIGRATION_MODULES: Django's own apps have other migrations on MongoDB."""
    if not _on_mongodb():
        return {}
    labels = [app.rpartition(".")[2] for app in MONGODB_APPS]
    return {label: f"common.mongodb.{label}.migrations" for label in labels}


def sqlite(file: Path) -> dict[str, Any]:
    """One SQLite file, durable by group commit; its folder is made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction that will write takes its turn at once: one that upgrades
            # a read lock cannot wait and fails.
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_TIMEOUT_S,
            "init_command": PRAGMAS,
        },
    }


def postgres(address: SplitResult, service: str) -> dict[str, Any]:
    """A PostgreSQL database, its connections from a pool that drops broken ones."""
    said = dict(parse_qsl(address.query))
    if unknown := sorted(said.keys() - POSTGRES_OPTIONS):
        _refuse(f"what may follow its ? does not include {', '.join(unknown)}")
    hosts, ports = _hosts(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _name(address),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": hosts,
        "PORT": ports,
        "CONN_MAX_AGE": 0,  # the pool keeps them
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": f"{service}-service",
            "connect_timeout": str(CONNECT_TIMEOUT_S),
            "options": _session_settings(),
            # A peer that vanished is noticed, idle or not.
            # Statements go without their values, so that the server plans each once.
            "server_side_binding": True,
            "prepare_threshold": 2,
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "tcp_user_timeout": 15_000,
            **said,
            "pool": {
                # Each thread that works holds one: web threads, relay, bridge, tasks.
                "min_size": 0,
                "max_size": _pool_size(),
                "timeout": CONNECT_TIMEOUT_S + 2,
                "max_idle": 300,
                # Its wait doubles: a longer one would outlast the outage.
                "reconnect_timeout": CONNECT_TIMEOUT_S,
            },
        },
    }


def mongodb(address: SplitResult, service: str) -> dict[str, Any]:
    """A MongoDB database on a replica set; a write is on most disks when it returns."""
    said = dict(parse_qsl(address.query))
    if address.scheme == "mongodb" and "replicaSet" not in said:
        _refuse(
            "it must name a ?replicaSet=, for without one there are no transactions"
        )
    hosts = address.netloc.rpartition("@")[2]
    name = _name(address)
    usual = {
        "appname": f"{service}-service",
        "retryWrites": True,
        "w": "majority",
        "journal": True,
        "readConcernLevel": "majority",
        "readPreference": "primary",
        # An outage must surface while somebody still waits for the answer.
        "serverSelectionTimeoutMS": CONNECT_TIMEOUT_S * 1000,
        "connectTimeoutMS": CONNECT_TIMEOUT_S * 1000,
        "socketTimeoutMS": _statement_timeout_s() * 1000,
        "maxPoolSize": _pool_size(),
    }
    query = f"?{address.query}" if address.query else ""
    return {
        "ENGINE": "common.mongodb",
        # User and password are kept out of what is logged as an address.
        "HOST": f"{address.scheme}://{hosts}/{quote(name)}{query}",
        "NAME": name,
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "OPTIONS": {key: value for key, value in usual.items() if key not in said},
    }


def _address(service: str) -> SplitResult:
    file = state_dir() / "db" / f"{service}.sqlite3"
    schemes = (*SQLITE, *POSTGRES, *MONGODB)
    return env_url(VARIABLE, f"sqlite://{quote(str(file))}", schemes=schemes)


def _on_mongodb() -> bool:
    return _address("any").scheme in MONGODB


def _pool_size() -> int:
    return env_int("DATABASE_POOL_SIZE", 10, minimum=4)


def _statement_timeout_s() -> int:
    return env_int("DATABASE_STATEMENT_TIMEOUT_SECONDS", 30, minimum=1)


def _session_settings() -> str:
    limits: Mapping[str, int] = {
        "statement_timeout": _statement_timeout_s(),
        "lock_timeout": LOCK_TIMEOUT_S,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_S,
    }
    said = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
    # A plan kept for all values is kept while a table grows from nothing: inbox and
    # orders were then read from end to end. Parsing is saved all the same.
    return f"{said} -c plan_cache_mode=force_custom_plan"


def _name(address: SplitResult) -> str:
    name = unquote(address.path.strip("/"))
    if not name:
        _refuse("it must name the database: scheme://host:port/name")
    return name


def _hosts(address: SplitResult) -> tuple[str, str]:
    """The hosts and their ports, each joined by commas, as libpq takes them."""
    try:
        found = [
            urlsplit(f"//{one}") for one in address.netloc.rpartition("@")[2].split(",")
        ]
        hosts = ",".join(one.hostname or "" for one in found)
        return hosts, ",".join(str(one.port or 5432) for one in found)
    except ValueError:
        _refuse("after the host there must be a port, which is a number, or nothing")


def _refuse(allowed: str) -> NoReturn:
    # `from None`: the cause would show the address with its password.
    raise ConfigurationError(VARIABLE, "not shown", allowed) from None
