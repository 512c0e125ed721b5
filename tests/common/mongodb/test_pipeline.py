"""A sort stands where an index can do it, and sorts the same."""

from __future__ import annotations

from common.mongodb.pipeline import Stage, sorted_by_index

MATCH: Stage = {"$match": {"status": "FAILED"}}
SORT: Stage = {"$sort": {"amount": -1, "_id": -1}}
LIMIT: Stage = {"$limit": 10}
INCLUDE: Stage = {"$project": {"_id": 1, "amount": 1}}


def test_a_field_set_to_itself_is_left_out() -> None:
    """It only keeps the server from its index."""
    itself: Stage = {"$addFields": {"amount": "$amount", "_id": "$_id"}}
    assert sorted_by_index([MATCH, itself, SORT, LIMIT]) == [MATCH, SORT, LIMIT]


def test_a_projection_that_only_includes_comes_after_the_page() -> None:
    """With what skips and limits, before anything else."""
    skip: Stage = {"$skip": 5}
    count: Stage = {"$count": "n"}
    found = sorted_by_index([MATCH, INCLUDE, SORT, skip, LIMIT, count])
    assert found == [MATCH, SORT, skip, LIMIT, INCLUDE, count]


def test_a_computed_field_stays_before_its_sort() -> None:
    """The sort needs it."""
    computed: Stage = {"$project": {"_id": 1, "__order1": {"$toLower": "$name"}}}
    pipeline = [MATCH, computed, SORT]
    assert sorted_by_index(pipeline) == pipeline
    renamed: list[Stage] = [{"$addFields": {"__order1": "$name"}}, SORT]
    assert sorted_by_index(renamed) == renamed


def test_a_pipeline_without_a_sort_stays_as_it_is() -> None:
    """There is nothing to gain."""
    assert sorted_by_index([MATCH, INCLUDE, LIMIT]) == [MATCH, INCLUDE, LIMIT]
    assert sorted_by_index([]) == []
