"""A database is in one currency for its whole life.

Prices, orders and payments are numbers without a currency beside them, so a process
that is told another one would take them for what they are not. `migrate` notes the
currency; every process and command compares it with its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog
from django.apps import apps
from django.core import checks
from django.core.management.base import CommandError
from django.db import DatabaseError, connections, models

from common.contracts import money
from common.storage.amounts import AmountField
from common.storage.database import current_database
from common.storage.durable import sqlite_file
from common.storage.models import KeptSetting
from common.storage.outages import is_outage
from common.storage.transactions import look_first

log = structlog.get_logger(__name__)

NAME = "CURRENCY"
# What databases are in that are older than this note.
BEFORE = money.USD.code


class OtherCurrency(CommandError):
    """The database is in another currency than the process."""


def note(using: str = "default", **_: Any) -> None:
    """Note the currency of a database that has none yet. Raises OtherCurrency.

    One that has amounts already is older than the note.
    """
    if not KeptSetting.objects.using(using).filter(name=NAME).exists():
        code = BEFORE if _has_amounts(using) else money.current_code()
        KeptSetting.objects.using(using).get_or_create(
            name=NAME, defaults={"value": code}
        )
    require_same(using)


def require_same(alias: str | None = None) -> None:
    """Raise OtherCurrency if the database is in another one, and an outage."""
    if found := objection(alias or current_database()):
        raise OtherCurrency(found)


def objection(alias: str) -> str:
    """Why this process must not touch the database; empty where it may."""
    kept = _kept(alias)
    ours = money.current_code()
    if kept in {"", ours}:
        return ""
    return (
        f"The database is in {kept}, and {NAME} is {ours}: its amounts would be taken "
        f"for what they are not. Set {NAME}={kept}, or use other databases and another "
        f"log for {ours} (locally: another STATE_DIR)."
    )


def check(
    app_configs: object, databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """The objection as Django's system check: of `migrate` and of every command.

    A database that is away or not made yet is for others to complain of.
    """
    aliases = databases or [current_database()]
    try:
        found = [objection(alias) for alias in aliases if _is_there(alias)]
    except DatabaseError as error:
        if not is_outage(error):
            raise
        return []
    return [checks.Error(text, id="storage.E001") for text in found if text]


def look_at_start() -> None:
    """Let no process begin its work in another currency. Raises OtherCurrency.

    Where the database is away, the first unit of work looks again.
    """
    alias = current_database()
    try:
        require_same(alias)
    except DatabaseError as error:
        if not is_outage(error):
            raise
        log.warning("currency.not_compared", error=str(error))
        look_first(require_same)
    finally:
        connections[alias].close()


def _kept(alias: str) -> str:
    if not _has_table(alias):
        return ""  # not migrated so far; /readyz says so
    kept = KeptSetting.objects.using(alias).filter(name=NAME).first()
    return kept.value if kept else ""


def _has_table(alias: str) -> bool:
    connection = connections[alias]
    if connection.vendor == "mongodb":  # which finds nothing where nothing is
        return True
    return KeptSetting._meta.db_table in connection.introspection.table_names()


def _is_there(alias: str) -> bool:
    path = sqlite_file(connections[alias])
    return path is None or Path(path).is_file()


def _has_amounts(alias: str) -> bool:
    return any(
        model._default_manager.using(alias).exists() for model in _models_with_amounts()
    )


def _models_with_amounts() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if any(isinstance(field, AmountField) for field in model._meta.fields)
    ]
