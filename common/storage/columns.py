"""Names of tables and columns as the database quotes them, and their values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from common.contracts import money
from common.storage.database import current_database

Model = type[models.Model]
Convert = Callable[[Any], Any]


def field_of(model: Model, name: str) -> Any:
    """A field that has a column. Raises FieldDoesNotExist."""
    return model._meta.get_field(name)


def fields_of(model: Model) -> tuple[str, ...]:
    """The names of all fields that have a column."""
    return tuple(field.name for field in model._meta.concrete_fields)


def key_of(model: Model) -> str:
    """The name of the primary key's field."""
    return model._meta.pk.name


def column(model: Model, name: str) -> str:
    """A field's column, quoted."""
    return _quoted(field_of(model, name).column)


def table(model: Model) -> str:
    """The model's table, quoted."""
    return _quoted(model._meta.db_table)


def converted(
    values: list[Any], convert: Sequence[tuple[int, Sequence[Convert]]]
) -> list[Any]:
    """Stored values as Python's, changed in place; `convert` is of `converters`."""
    for place, steps in convert:
        for step in steps:
            values[place] = step(values[place])
    return values


def converters(
    model: Model, names: tuple[str, ...], alias: str
) -> tuple[tuple[int, tuple[Convert, ...]], ...]:
    """What turns a column's stored form into Python's, as a queryset would."""
    # Django's converter of a decimal keeps the places of the moment it was made.
    return _converters(model, names, alias, money.current().places)


@lru_cache(maxsize=256)
def _converters(
    model: Model, names: tuple[str, ...], alias: str, places: int
) -> tuple[tuple[int, tuple[Convert, ...]], ...]:
    connection = connections[alias]
    found = []
    for place, name in enumerate(names):
        stored = field_of(model, name).get_col(model._meta.db_table)
        steps = [
            *connection.ops.get_db_converters(stored),
            *stored.get_db_converters(connection),
        ]
        if steps:
            found.append((place, tuple(_bound(s, stored, connection) for s in steps)))
    return tuple(found)


def _bound(step: Any, stored: Any, connection: BaseDatabaseWrapper) -> Convert:
    # Backends' converters look at nothing of the connection that differs by thread.
    return lambda value: step(value, stored, connection)


def _quoted(name: str) -> str:
    return connections[current_database()].ops.quote_name(name)
