"""Rows by their keys, with the statement made once: what the hot path reads with.

A queryset builds its statement anew each time, which costs more than running it
(some 300 us against 30). Only equality with one of several values is offered;
everything else is the ORM's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from django.db import connections, models

from common.storage.columns import Model, converted, converters, field_of, fields_of
from common.storage.database import current_database
from common.storage.rows import rows_on

M = TypeVar("M", bound=models.Model)


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
    alias = current_database()
    found = rows_on(alias).read(connections[alias], model, names, wanted)
    convert = converters(model, names, alias)
    if not convert:
        return found
    return [converted(list(values), convert) for values in found]
