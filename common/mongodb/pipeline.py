"""A pipeline of the backend's, with its sort where an index can do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Stage = dict[str, Any]
ORDERING = ("$sort", "$skip", "$limit")


def sorted_by_index(pipeline: Sequence[Stage]) -> list[Stage]:
    """The same pipeline without a stage before `$sort` that changes no sort key.

    The server sorts by index only what comes straight from the collection: behind a
    projection, or a field that is set to itself, it reads all that match, and sorts it.
    """
    stages = [stage for stage in pipeline if not _sets_fields_to_themselves(stage)]
    place = next((n for n, stage in enumerate(stages) if "$sort" in stage), 0)
    if not place or not _only_includes(stages[place - 1]):
        return stages
    end = place
    while end < len(stages) and stages[end].keys() <= set(ORDERING):
        end += 1
    projection = stages[place - 1]
    return [*stages[: place - 1], *stages[place:end], projection, *stages[end:]]


def _sets_fields_to_themselves(stage: Stage) -> bool:
    fields = stage.get("$addFields", {})
    return bool(fields) and all(value == f"${name}" for name, value in fields.items())


def _only_includes(stage: Stage) -> bool:
    fields = stage.get("$project", {})
    return bool(fields) and all(value == 1 for value in fields.values())
