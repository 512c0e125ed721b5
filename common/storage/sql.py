"""Many rows by a prepared statement that is run over them: SQLite's way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from common.storage.columns import Model, column, field_of, fields_of, key_of, table
from common.storage.rows import VERSION, adapters_of, is_versioned, values_of


class SqlRows:
    """Statements with a place for each value."""

    def insert(
        self, connection: BaseDatabaseWrapper, model: Model, rows: Sequence[Any]
    ) -> None:
        """One prepared INSERT, run over all rows."""
        adapters = adapters_of(model, fields_of(model), connection.alias)
        values = [values_of(row, adapters) for row in rows]
        with connection.cursor() as cursor:
            cursor.executemany(_insert_statement(model, connection.vendor), values)

    def update(
        self,
        connection: BaseDatabaseWrapper,
        model: Model,
        rows: Sequence[Any],
        names: tuple[str, ...],
    ) -> int:
        """One prepared UPDATE, run over all rows."""
        keys = (key_of(model), VERSION) if is_versioned(model) else (key_of(model),)
        adapters = adapters_of(model, names + keys, connection.alias)
        values = [values_of(row, adapters) for row in rows]
        statement = _update_statement(model, names, connection.vendor)
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
            return int(cursor.rowcount)

    def read(
        self,
        connection: BaseDatabaseWrapper,
        model: Model,
        names: tuple[str, ...],
        wanted: dict[str, Collection[Any]],
    ) -> list[Sequence[Any]]:
        """One SELECT with a place for each wanted value."""
        counts = tuple((name, len(values)) for name, values in wanted.items())
        statement = _select_statement(model, names, counts)
        parameters = [
            field_of(model, name).get_db_prep_value(value, connection)
            for name, values in wanted.items()
            for value in values
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())


@lru_cache(maxsize=256)
def _insert_statement(model: Model, vendor: str) -> str:
    names = [column(model, name) for name in fields_of(model)]
    places = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {table(model)} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - quoted names only


@lru_cache(maxsize=256)
def _update_statement(model: Model, names: tuple[str, ...], vendor: str) -> str:
    sets = [f"{column(model, name)} = %s" for name in names]
    where = f"{column(model, key_of(model))} = %s"
    if is_versioned(model):
        version = column(model, VERSION)
        sets.append(f"{version} = {version} + 1")
        where += f" AND {version} = %s"
    return f"UPDATE {table(model)} SET {', '.join(sets)} WHERE {where}"  # noqa: S608 - quoted names only


@lru_cache(maxsize=4096)
def _select_statement(
    model: Model, names: tuple[str, ...], counts: tuple[tuple[str, int], ...]
) -> str:
    chosen = ", ".join(column(model, name) for name in names)
    conditions = " AND ".join(
        f"{column(model, name)} IN ({', '.join(['%s'] * count)})"
        for name, count in counts
    )
    return f"SELECT {chosen} FROM {table(model)} WHERE {conditions}"  # noqa: S608 - quoted names only
