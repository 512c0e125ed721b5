"""Names of tables and columns as the database quotes them."""

from __future__ import annotations

from typing import Any

from django.db import connections, models

from common.storage.database import current_database

Model = type[models.Model]


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


def _quoted(name: str) -> str:
    return connections[current_database()].ops.quote_name(name)
