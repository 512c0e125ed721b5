"""What waits, what is out, and what comes again: alone."""

from __future__ import annotations

from common.log.kafka.backlog import Backlog
from common.log.port import LogRecord
from common.log.sharing import Place

A, B, C = ("t", 0), ("t", 1), ("t", 2)
MUCH = 10**6


def records(place: Place, first: int, end: int, size: int = 1) -> list[LogRecord]:
    """The records of these offsets."""
    return [
        LogRecord(
            topic=place[0],
            partition=place[1],
            offset=offset,
            key="",
            value=b"x" * size,
            headers={},
            timestamp=0,
        )
        for offset in range(first, end)
    ]


def holding(**counts: int) -> Backlog:
    """A backlog with so many records in each partition."""
    backlog = Backlog()
    for place in (A, B, C):
        backlog.hold([place])
        backlog.add(place, records(place, 0, counts.get("abc"[place[1]], 0)))
    return backlog


def offsets(found: list[LogRecord]) -> dict[int, list[int]]:
    """By partition."""
    seen: dict[int, list[int]] = {}
    for each in found:
        seen.setdefault(each.partition, []).append(each.offset)
    return seen


def test_shares_are_equal_and_use_the_whole_limit() -> None:
    """What a small partition leaves goes to the bigger ones; each in its order."""
    found = holding(a=100, b=2, c=100).take(20, MUCH)
    assert offsets(found) == {0: [*range(9)], 1: [0, 1], 2: [*range(9)]}


def test_the_longest_waiting_is_served_first() -> None:
    """One record a batch, and still each partition has its turn."""
    backlog = holding(a=9, b=9, c=9)
    served = [backlog.take(1, MUCH)[0].partition for _ in range(4)]
    assert served == [0, 1, 2, 0]


def test_large_records_end_a_batch_early() -> None:
    """The one that fills the room is the last; the rest waits."""
    backlog = holding()
    backlog.add(A, records(A, 0, 5, size=400))
    assert [len(backlog.take(500, 1000)) for _ in range(3)] == [3, 2, 0]


def test_what_is_out_is_committed_up_to_its_end() -> None:
    """Offsets may have gaps: Kafka's own records have offsets too."""
    backlog = holding()
    backlog.add(A, [*records(A, 3, 4), *records(A, 7, 8)])
    backlog.take(10, MUCH)
    assert backlog.uncommitted() == {A: 8}
    backlog.commit()
    assert backlog.uncommitted() == {}


def test_rewind_brings_back_what_is_out() -> None:
    """Before what waits, in order, over several batches; not what was committed."""
    backlog = holding(a=4)
    backlog.take(1, MUCH)
    backlog.commit()
    backlog.take(1, MUCH)
    backlog.take(1, MUCH)
    backlog.rewind()
    assert backlog.uncommitted() == {}
    assert offsets(backlog.take(10, MUCH)) == {0: [1, 2, 3]}


def test_a_dropped_partition_is_forgotten() -> None:
    """Also what was out; dropping again is harmless, and late records are ignored."""
    backlog = holding(a=4, b=1)
    backlog.take(10, MUCH)
    backlog.drop([A])
    backlog.drop([A])
    backlog.add(A, records(A, 9, 10))
    assert backlog.held == {B, C}
    assert backlog.uncommitted() == {B: 1}


def test_a_partition_that_comes_back_begins_anew() -> None:
    """What was here of it is not mixed with what is read again."""
    backlog = holding(a=4)
    backlog.drop([A])
    backlog.hold([A])
    backlog.add(A, records(A, 2, 3))
    assert offsets(backlog.take(10, MUCH)) == {0: [2]}


def test_what_waits_is_counted() -> None:
    """Whatever comes, goes out, comes back and is dropped."""
    backlog = holding(a=4, b=2)
    assert (backlog.count, backlog.bytes) == (6, 6)
    backlog.add(A, records(A, 4, 5, size=10))
    assert (backlog.count, backlog.bytes) == (7, 16)
    backlog.take(4, MUCH)
    assert (backlog.count, backlog.bytes) == (3, 12)
    backlog.rewind()
    assert (backlog.count, backlog.bytes) == (7, 16)
    backlog.drop([A])
    assert (backlog.count, backlog.bytes) == (2, 2)
