"""Two looks make a rate."""

from __future__ import annotations

from common.log.port import PartitionInfo
from common.log.rates import Look, look, rates

A, B = ("orders", 0), ("orders", 1)


def test_a_look_is_at_the_ends() -> None:
    """Not at what is still there: retention must not slow anything down."""
    info = PartitionInfo(
        topic="orders", partition=1, first_offset=7, next_offset=9, size_bytes=1
    )
    assert look([info], 3.0) == Look(3.0, {B: 9})


def test_records_a_second() -> None:
    """Of each partition by itself."""
    found = rates(Look(10.0, {A: 5, B: 7}), Look(14.0, {A: 25, B: 7}))
    assert found == {A: 5.0, B: 0.0}


def test_a_partition_seen_once_has_no_rate() -> None:
    """It is new, or gone."""
    assert rates(Look(0.0, {A: 5}), Look(1.0, {B: 5})) == {}


def test_a_topic_made_anew_has_no_negative_rate() -> None:
    """It begins again."""
    assert rates(Look(0.0, {A: 50}), Look(1.0, {A: 3})) == {A: 0.0}


def test_two_looks_at_one_moment_tell_nothing() -> None:
    """Nor does a clock that went back."""
    assert rates(Look(1.0, {A: 5}), Look(1.0, {A: 6})) == {}
    assert rates(Look(1.0, {A: 5}), Look(0.5, {A: 6})) == {}
