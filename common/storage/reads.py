"""Rows by their keys, with the statement made once: what the hot path reads with.

A queryset builds its statement anew each time, which costs more than running it
(some 300 us against 30). Only equality with one of several values is offered;
everything else is the ORM's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from common.storage.columns import Model, column, field_of, fields_of, table
from common.storage.database import current_database

M = TypeVar("M", bound=models.Model)
Convert = Callable[[Any], Any]


def read_rows(model: type[M], **wanted: Collection[Any]) -> list[M]:
    """The rows in which each named field has one of its wanted values, in no order."""
    names = fields_of(model)
    attributes = [field_of(model, name).attname for name in names]
    alias = current_database()
    return [
        model.from_db(alias, attributes, values)
        for values in _read(model, names, wanted)
    ]


def read_values(model: Model, name: str, **wanted: Collection[Any]) -> set[Any]:
    """The values of one field in the rows that `read_rows` would give."""
    return {value for (value,) in _read(model, (name,), wanted)}


def _read(
    model: Model,
    names: tuple[str, ...],
    wanted: dict[str, Collection[Any]],
) -> list[Sequence[Any]]:
    if not all(wanted.values()):
        return []
    connection = connections[current_database()]
    counts = tuple((name, len(values)) for name, values in wanted.items())
    statement = _statement(model, names, counts)
    with connection.cursor() as cursor:
        cursor.execute(statement, _parameters(model, wanted, connection))
        found = cursor.fetchall()
    convert = _converters(model, names, connection.alias)
    if not convert:
        return list(found)
    return [_converted(list(values), convert) for values in found]


def _parameters(
    model: Model,
    wanted: dict[str, Collection[Any]],
    connection: BaseDatabaseWrapper,
) -> list[Any]:
    return [
        field_of(model, name).get_db_prep_value(value, connection)
        for name, values in wanted.items()
        for value in values
    ]


def _converted(
    values: list[Any], convert: Sequence[tuple[int, Sequence[Convert]]]
) -> list[Any]:
    for place, steps in convert:
        for step in steps:
            values[place] = step(values[place])
    return values


@lru_cache(maxsize=4096)
def _statement(
    model: Model, names: tuple[str, ...], counts: tuple[tuple[str, int], ...]
) -> str:
    chosen = ", ".join(column(model, name) for name in names)
    conditions = " AND ".join(
        f"{column(model, name)} IN ({', '.join(['%s'] * count)})"
        for name, count in counts
    )
    return f"SELECT {chosen} FROM {table(model)} WHERE {conditions}"  # noqa: S608 - quoted names only


@lru_cache(maxsize=256)
def _converters(
    model: Model, names: tuple[str, ...], alias: str
) -> tuple[tuple[int, tuple[Convert, ...]], ...]:
    """What turns a column's stored form into Python's, as a queryset would."""
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
