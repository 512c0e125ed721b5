"""A log under test, with its clocks in the test's hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from common.log.port import Consumer, Log, LogRecord, NewRecord, TopicSpec

LEASE = 5.0
DEADLINE = 5.0


@dataclass
class HandClock:
    """A clock that moves when it is told to."""

    now: float

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Site:
    """Opens the log as processes would; `lease` and `wall` are the clocks it sees."""

    open: Callable[[], Log]
    lease: HandClock
    wall: HandClock

    def make_topics(self, *specs: TopicSpec) -> Log:
        log = self.open()
        log.admin().ensure_topics(specs)
        return log

    def let_leases_end(self) -> None:
        self.lease.advance(LEASE + 0.1)


def record(
    value: str | bytes, key: str = "k", topic: str = "orders", **headers: str
) -> NewRecord:
    """A record of `orders`, unless another topic is named."""
    data = value.encode() if isinstance(value, str) else value
    return NewRecord(topic=topic, key=key, value=data, headers=headers)


def values(records: Sequence[LogRecord]) -> list[str]:
    """The values as text."""
    return [each.value.decode() for each in records]


def keys_over(partitions: int, count: int = 64) -> list[str]:
    """Enough keys to reach every one of a few partitions."""
    assert count >= 8 * partitions
    return [f"key-{n}" for n in range(count)]


def drain(consumer: Consumer, count: int, max_records: int = 500) -> list[LogRecord]:
    """Poll until `count` records have come; more than that is a failure."""
    found: list[LogRecord] = []
    end = time.monotonic() + DEADLINE
    while len(found) < count:
        assert time.monotonic() < end, f"{len(found)} of {count} records came"
        found += consumer.poll(0.05, max_records)
    assert len(found) == count
    return found


def settle(*consumers: Consumer) -> None:
    """Poll until nobody's partitions change any more; no record may come."""
    end = time.monotonic() + DEADLINE
    calm = 0
    while calm < 2:
        assert time.monotonic() < end, "the group does not come to rest"
        before = [consumer.assignment() for consumer in consumers]
        for consumer in consumers:
            assert list(consumer.poll(0)) == []
        after = [consumer.assignment() for consumer in consumers]
        calm = calm + 1 if before == after else 0


@contextmanager
def closing_all(logs: list[Log]) -> Iterator[None]:
    """Every log opened meanwhile is closed at the end."""
    try:
        yield
    finally:
        for log in logs:
            log.close()
