"""What a stack stands on: where its log, its databases and its broker are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from common.conf.service import SERVICES
from compose.local.problem import Problem

EMBEDDED = "embedded"

# The real parts that each kind of stack stands on.
STACKS: Mapping[str, tuple[str, ...]] = {
    EMBEDDED: (),
    "kafka-postgres": ("kafka", "postgres", "redis"),
    "kafka-mongodb": ("kafka", "mongodb", "redis"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """The addresses that the services are given; no log is theirs to choose."""

    databases: Mapping[str, str]
    brokers: Mapping[str, str]
    log: str | None = None

    def of(self, service: str) -> dict[str, str]:
        """The variables that tell one service where to go."""
        log = {} if self.log is None else {"LOG_URL": self.log}
        return {
            "DATABASE_URL": self.databases[service],
            "CELERY_BROKER_URL": self.brokers[service],
            **log,
        }


def check_kind(kind: str) -> str:
    """The kind of stack, if there is such a one."""
    if kind not in STACKS:
        known = ", ".join(STACKS)
        raise Problem(f"There is no stack {kind!r}. The stacks are: {known}.")
    return kind


def database_file(service: str, state_dir: Path) -> Path:
    """The database of a service on the embedded default."""
    return state_dir / "db" / f"{service}.sqlite3"


def embedded(state_dir: Path, outer: Mapping[str, str]) -> Backing:
    """Files in STATE_DIR, except where the shell's variables say otherwise.

    A DATABASE_URL in the shell would be one database for four services, so each has a
    variable of its own there: ORDER_DATABASE_URL and so on.
    """
    return Backing(
        databases={
            name: outer.get(given(name))
            or f"sqlite://{quote(str(database_file(name, state_dir)))}"
            for name in SERVICES
        },
        brokers={
            name: outer.get("CELERY_BROKER_URL")
            or f"filesystem://{quote(str(state_dir / 'broker' / name))}"
            for name in SERVICES
        },
    )


def given(service: str) -> str:
    """The shell's variable for a service's database."""
    return f"{service.upper()}_DATABASE_URL"
