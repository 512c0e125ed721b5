"""Many rows as arrays, a column each: PostgreSQL plans one statement for all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from common.storage.arrays import Write, array_of, writer_of
from common.storage.columns import Model, column, field_of, fields_of, key_of, table
from common.storage.rows import VERSION, adapters_of, is_versioned, values_of


class PostgresRows:
    """Statements with a place for each column."""

    def insert(
        self, connection: BaseDatabaseWrapper, model: Model, rows: Sequence[Any]
    ) -> None:
        """One INSERT of what the arrays hold."""
        names = fields_of(model)
        statement = _insert_statement(model, connection.alias)
        with connection.cursor() as cursor:
            cursor.execute(statement, _arrays(connection, model, names, rows))

    def update(
        self,
        connection: BaseDatabaseWrapper,
        model: Model,
        rows: Sequence[Any],
        names: tuple[str, ...],
    ) -> int:
        """One UPDATE joined with what the arrays hold."""
        keys = (key_of(model), VERSION) if is_versioned(model) else (key_of(model),)
        statement = _update_statement(model, names, connection.alias, len(rows) > 1)
        values = _arrays(connection, model, keys + names, rows)
        if len(rows) > 1:
            values.insert(0, values[0])
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)

    def read(
        self,
        connection: BaseDatabaseWrapper,
        model: Model,
        names: tuple[str, ...],
        wanted: dict[str, Collection[Any]],
    ) -> list[Sequence[Any]]:
        """One SELECT with an array for each wanted field.

        A unit that has met somebody else's write locks what it reads, so that it does
        not do so again.
        """
        statement = _select_statement(model, names, tuple(wanted), connection.alias)
        if getattr(connection, "has_met_others", False) and is_versioned(model):
            statement += f" ORDER BY {column(model, key_of(model))} FOR UPDATE"
        parameters = [
            _array_of_wanted(connection, model, name, values)
            for name, values in wanted.items()
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())


def _arrays(
    connection: BaseDatabaseWrapper,
    model: Model,
    names: tuple[str, ...],
    rows: Sequence[Any],
) -> list[str]:
    alias = connection.alias
    adapters = adapters_of(model, names, alias)
    ordered = sorted(rows, key=lambda row: str(row.pk))
    columns = zip(*(values_of(row, adapters) for row in ordered), strict=True)
    return [
        array_of(values, _writer(model, name, alias))
        for name, values in zip(names, columns, strict=True)
    ]


def _array_of_wanted(
    connection: BaseDatabaseWrapper, model: Model, name: str, values: Collection[Any]
) -> str:
    field = field_of(model, name)
    stored = (field.get_db_prep_value(value, connection) for value in values)
    return array_of(stored, _writer(model, name, connection.alias))


@lru_cache(maxsize=512)
def _writer(model: Model, name: str, alias: str) -> Write:
    return writer_of(_type_of(model, name, alias))


def _places(model: Model, names: Sequence[str], alias: str) -> str:
    return ", ".join(f"%s::{_type_of(model, name, alias)}[]" for name in names)


def _type_of(model: Model, name: str, alias: str) -> str:
    """A column's type without its length: a cast to a length would cut, not refuse."""
    full = str(field_of(model, name).db_type(connections[alias]))
    return full.partition("(")[0]


@lru_cache(maxsize=256)
def _insert_statement(model: Model, alias: str) -> str:
    names = fields_of(model)
    columns = ", ".join(column(model, name) for name in names)
    values = f"unnest({_places(model, names, alias)})"
    return f"INSERT INTO {table(model)} ({columns}) SELECT * FROM {values}"  # noqa: S608 - quoted names only


@lru_cache(maxsize=256)
def _update_statement(
    model: Model, names: tuple[str, ...], alias: str, several: bool
) -> str:
    own, key = table(model), column(model, key_of(model))
    sets = [f"{column(model, name)} = v.{column(model, name)}" for name in names]
    given = (key_of(model), *names)
    where = f"{own}.{key} = v.{key}"
    if is_versioned(model):
        version = column(model, VERSION)
        given = (key_of(model), VERSION, *names)
        sets.append(f"{version} = {own}.{version} + 1")
        where += f" AND {own}.{version} = v.{version}"
    columns = ", ".join(column(model, name) for name in given)
    values = f"unnest({_places(model, given, alias)}) AS v({columns})"
    update = f"UPDATE {own} SET {', '.join(sets)} FROM {values} WHERE {where}"  # noqa: S608 - quoted names only
    if not several:
        return update
    locked = f"{own}.{key} IN (SELECT * FROM locked)"  # noqa: S608 - as above
    return f"{_locked(model, alias)} {update} AND {locked}"


def _locked(model: Model, alias: str) -> str:
    """The rows in the order of their keys, each waited for in its turn.

    So of two workers that write the same rows one waits for the other, and never each
    for the other.
    """
    key = column(model, key_of(model))
    wanted = f"{key} = ANY({_places(model, [key_of(model)], alias)})"
    rows = f"SELECT {key} FROM {table(model)} WHERE {wanted} ORDER BY {key} FOR UPDATE"  # noqa: S608 - quoted names only
    return f"WITH locked AS MATERIALIZED ({rows})"


@lru_cache(maxsize=256)
def _select_statement(
    model: Model, names: tuple[str, ...], wanted: tuple[str, ...], alias: str
) -> str:
    chosen = ", ".join(column(model, name) for name in names)
    conditions = " AND ".join(
        f"{column(model, name)} = ANY({_places(model, [name], alias)})"
        for name in wanted
    )
    return f"SELECT {chosen} FROM {table(model)} WHERE {conditions}"  # noqa: S608 - quoted names only
