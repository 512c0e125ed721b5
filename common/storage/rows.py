"""The port of a backend: many rows in one statement, and the choice of the adapter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache, partial
from typing import Any, Protocol

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from common.storage.columns import Model, field_of, fields_of

VERSION = "version"
Adapt = Callable[[Any], Any]
Adapter = tuple[str, Adapt | None]
# Fields whose values every SQL driver takes as Python has them.
AS_THEY_ARE = frozenset(
    {
        models.CharField,
        models.TextField,
        models.BooleanField,
        models.IntegerField,
        models.PositiveIntegerField,
    }
)


class Rows(Protocol):
    """What bulk.py and reads.py ask of a backend; each call is one round trip."""

    def insert(
        self, connection: BaseDatabaseWrapper, model: Model, rows: Sequence[Any]
    ) -> None:
        """Insert all rows as they are. Raises IntegrityError where a key is taken."""

    def update(
        self,
        connection: BaseDatabaseWrapper,
        model: Model,
        rows: Sequence[Any],
        names: tuple[str, ...],
    ) -> int:
        """Write these fields of each row by key, and version; how many were found."""

    def read(
        self,
        connection: BaseDatabaseWrapper,
        model: Model,
        names: tuple[str, ...],
        wanted: dict[str, Collection[Any]],
    ) -> list[Sequence[Any]]:
        """The stored values of these fields where each has one of its wanted values."""


@lru_cache(maxsize=16)
def rows_on(alias: str) -> Rows:
    """The adapter of this database's backend; drivers not in use are not imported."""
    vendor = connections[alias].vendor
    if vendor == "mongodb":
        from common.storage.mongodb import MongoRows

        return MongoRows()
    if vendor == "postgresql":
        from common.storage.postgres import PostgresRows

        return PostgresRows()
    from common.storage.sql import SqlRows

    return SqlRows()


def is_versioned(model: Model) -> bool:
    """True where a row is guarded by its version."""
    return VERSION in fields_of(model)


def values_of(row: models.Model, adapters: Sequence[Adapter]) -> list[Any]:
    """A row's values as the driver takes them."""
    return [
        adapt(getattr(row, name)) if adapt else getattr(row, name)
        for name, adapt in adapters
    ]


@lru_cache(maxsize=256)
def adapters_of(
    model: Model, names: tuple[str, ...], alias: str
) -> tuple[Adapter, ...]:
    """How each field's value becomes the driver's; None where it is that already."""
    connection = connections[alias]
    fields = [field_of(model, name) for name in names]
    return tuple((each.attname, _adapter(each, connection)) for each in fields)


def _adapter(field: Any, connection: BaseDatabaseWrapper) -> Adapt | None:
    as_it_is = type(field) in AS_THEY_ARE
    # MongoDB alone has two sorts of whole numbers.
    if as_it_is and not (
        connection.vendor == "mongodb" and isinstance(field, models.IntegerField)
    ):
        return None
    adapt = partial(field.get_db_prep_save, connection=connection)
    # The rows of a batch share a few moments; a moment costs more than a look-up.
    is_moment = type(field) is models.DateTimeField
    return lru_cache(maxsize=32)(adapt) if is_moment else adapt
