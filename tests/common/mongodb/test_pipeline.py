"""A sort stands where an index can do it, and sorts the same."""

from __future__ import annotations

from common.mongodb.pipeline import sorted_by_index

MATCH = {"$match": {"status": "FAILED"}}
SORT = {"$sort": {"amount": -1, "_id": -1}}
LIMIT = {"$limit": 10}
INCLUDE = {"$project": {"_id": 1, "amount": 1}}


def test_a_field_set_to_itself_is_left_out() -> None:
    """It only keeps the server from its index."""
    itself = {"$addFields": {"amount": "$amount", "_id": "$_id"}}
    assert sorted_by_index([MATCH, itself, SORT, LIMIT]) == [MATCH, SORT, LIMIT]


def test_a_projection_that_only_includes_comes_after_the_page() -> None:
    """With what skips and limits, before anything else."""
    skip, count = {"$skip": 5}, {"$count": "n"}
    found = sorted_by_index([MATCH, INCLUDE, SORT, skip, LIMIT, count])
    assert found == [MATCH, SORT, skip, LIMIT, INCLUDE, count]


def test_a_computed_field_stays_before_its_sort() -> None:
    """The sort needs it."""
    computed = {"$project": {"_id": 1, "__order1": {"$toLower": "$name"}}}
    pipeline = [MATCH, computed, SORT]
    assert sorted_by_index(pipeline) == pipeline
    renamed = [{"$addFields": {"__order1": "$name"}}, SORT]
    assert sorted_by_index(renamed) == renamed


def test_a_pipeline_without_a_sort_stays_as_it_is() -> None:
    """There is nothing to gain."""
    assert sorted_by_index([MATCH, INCLUDE, LIMIT]) == [MATCH, INCLUDE, LIMIT]
    assert sorted_by_index([]) == []
