"""Indexes that every backend can use."""

from __future__ import annotations

from typing import Any

from django.db import models


class NullIndex(models.Index):
    """An index of the rows in which a column is null, or in which it is not.

    MongoDB's planner cannot see that a query means those rows only, so there it is an
    index of all rows, with that column first.
    """

    def get_pymongo_index_model(
        self, model: type[models.Model], schema_editor: Any, **options: Any
    ) -> Any:
        """The index as MongoDB makes it."""
        (condition, _is_null) = self.condition.children[0]  # type: ignore[union-attr, misc]
        conditioned = condition.removesuffix("__isnull")
        fields = list(dict.fromkeys([conditioned, *self.fields]))
        plain = models.Index(fields=fields, name=self.name)
        return plain.get_pymongo_index_model(  # type: ignore[attr-defined]
            model, schema_editor, **options
        )
