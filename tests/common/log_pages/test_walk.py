"""Several partitions read as one list."""

from __future__ import annotations

from collections.abc import Sequence

from common.log.port import LogRecord
from common.log.positions import Share
from common.log_pages.walk import Walk


class Shelf:
    """Partitions as lists of times, and what was asked of them."""

    def __init__(self, *times: Sequence[int | None]) -> None:
        self.times = times
        self.asked: list[list[Share]] = []

    def read(self, shares: Sequence[Share]) -> list[LogRecord]:
        self.asked.append(list(shares))
        return [
            record(number, offset, time)
            for (_, number), start, limit in shares
            for offset, time in enumerate(self.times[number])
            if start <= offset < start + limit and time is not None
        ]

    def walk(self, marks: dict[int, int], *, backwards: bool, step: int = 2) -> Walk:
        ranges = {number: (0, len(times)) for number, times in enumerate(self.times)}
        return Walk(self.read, "t", ranges, marks, backwards=backwards, step=step)


def record(partition: int, offset: int, time: int) -> LogRecord:
    """A record of that time."""
    return LogRecord(
        topic="t",
        partition=partition,
        offset=offset,
        key="",
        value=b"",
        headers={},
        timestamp=time,
    )


def places(walk: Walk, count: int = 99) -> list[tuple[int, int]]:
    """Partition and offset of the next records."""
    found = []
    for each in walk:
        found.append((each.partition, each.offset))
        if len(found) == count:
            break
    return found


def test_the_newest_of_all_come_first() -> None:
    """From the ends on, by time."""
    shelf = Shelf([1, 4, 6], [2, 3, 5])
    found = places(shelf.walk({}, backwards=True))
    assert found == [(0, 2), (1, 2), (0, 1), (1, 1), (1, 0), (0, 0)]


def test_forwards_the_oldest_come_first() -> None:
    """From the marks on."""
    shelf = Shelf([1, 4, 6], [2, 3, 5])
    found = places(shelf.walk({0: 1, 1: 0}, backwards=False))
    assert found == [(1, 0), (1, 1), (0, 1), (1, 2), (0, 2)]


def test_where_a_walk_stopped_another_goes_on_in_either_direction() -> None:
    """Nothing is left out, and nothing comes twice."""
    shelf = Shelf([1, 4, 6, 7], [2, 3, 5], [])
    first = shelf.walk({}, backwards=True)
    seen = places(first, 3)
    assert first.has_more()
    rest = shelf.walk(first.marks(), backwards=True)
    older = places(rest)
    assert not rest.has_more()
    assert sorted(seen + older) == sorted(
        (number, offset)
        for number, times in enumerate(shelf.times)
        for offset in range(len(times))
    )
    back = places(shelf.walk(first.marks(), backwards=False))
    assert back == seen[::-1]


def test_order_within_a_partition_is_that_of_offsets() -> None:
    """Whatever times a foreign producer names."""
    shelf = Shelf([9, 1, 5])
    assert places(shelf.walk({}, backwards=True)) == [(0, 2), (0, 1), (0, 0)]


def test_partitions_are_read_together_and_only_as_far_as_looked_at() -> None:
    """Two questions for the newest three of a hundred in each."""
    shelf = Shelf(*(range(number, 1000, 10) for number in range(10)))
    assert len(places(shelf.walk({}, backwards=True, step=4), 20)) == 20
    assert len(shelf.asked) == 1
    assert {share.limit for share in shelf.asked[0]} == {4}


def test_gaps_are_stepped_over() -> None:
    """A compacted log has offsets without records."""
    shelf = Shelf([1, None, None, None, 2], [None] * 5)
    walk = shelf.walk({}, backwards=True)
    assert places(walk) == [(0, 4), (0, 0)]
    assert not walk.has_more()


def test_a_mark_outside_of_a_partition_is_put_right() -> None:
    """Retention has moved its beginning, or somebody has changed the address."""
    shelf = Shelf([1, 2, 3])
    assert places(shelf.walk({0: 99}, backwards=True)) == [(0, 2), (0, 1), (0, 0)]
    assert places(shelf.walk({0: -5}, backwards=False)) == [(0, 0), (0, 1), (0, 2)]
