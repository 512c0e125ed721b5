"""A log under test, and what differs between the adapters when one looks closely."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from common.log.port import Consumer, Log, LogRecord, NewRecord, TopicSpec

LEASE = 5.0
DEADLINE = 15.0
SECOND = 1000
START_MS = 1_700_000_000_000
# In between, a test waits for what another thread or process does.
PAUSE = 0.02


@dataclass
class HandClock:
    """A clock that moves when it is told to."""

    now: float

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class Site(Protocol):
    """Opens the log as processes would.

    `wall` stamps the records, from `start` (in ms) on. `look` is how long a poll may
    take to bring what is there, `quiet` how long silence must last to be believed.
    `counts_bytes` says whether sizes are those of keys, values and headers,
    `takes_late_commits` whether a member that was late may still commit what nobody
    else has taken.
    """

    wall: HandClock
    start: int
    look: float
    quiet: float
    counts_bytes: bool
    takes_late_commits: bool
    keeps_ms: int

    def open(self) -> Log:
        """A log as another process would open it."""

    def has_joined(self, member: Consumer) -> bool:
        """It is in its group, and knows of nothing that it has to do there."""

    def crash(self, member: Consumer) -> None:
        """The member's process is gone, as by kill -9."""

    def let_leases_end(self, group: str) -> None:
        """Who does not poll meanwhile is taken for dead; so are the crashed."""

    def trim(self, topic: str, first: int) -> None:
        """Retention deletes the records of partition 0 before offset `first`.

        The topic keeps `keeps_ms` and has one record a second since `start`.
        """


@dataclass
class HandSite:
    """Adapters whose clocks are in the test's hand."""

    opens: Callable[[], Log]
    lease: HandClock
    wall: HandClock
    start: int = START_MS
    look: float = 0.0
    quiet: float = 0.0
    counts_bytes: bool = True
    takes_late_commits: bool = True
    keeps_ms: int = 5 * SECOND

    def open(self) -> Log:
        return self.opens()

    def has_joined(self, member: Consumer) -> bool:
        return True

    def crash(self, member: Consumer) -> None:
        # It does not poll any more, and that is all that can be seen.
        del member

    def let_leases_end(self, group: str) -> None:
        self.lease.advance(LEASE + 0.1)

    def trim(self, topic: str, first: int) -> None:
        now = self.start + self.keeps_ms + first * SECOND
        self.open().admin().apply_retention(now)


def make_topics(site: Site, *specs: TopicSpec) -> Log:
    """A log with these topics."""
    log = site.open()
    log.admin().ensure_topics(specs)
    return log


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
    return drain_all([consumer], count, max_records)


def drain_all(
    consumers: Sequence[Consumer], count: int, max_records: int = 500
) -> list[LogRecord]:
    """The same of several members together."""
    found: list[LogRecord] = []
    patience = Patience()
    while len(found) < count:
        patience.check(f"{len(found)} of {count} records came")
        found += poll_all(consumers, 0.05, max_records)
    assert len(found) == count
    return found


def poll_all(
    consumers: Sequence[Consumer], timeout: float, max_records: int = 500
) -> list[LogRecord]:
    """Each polls once, all at the same time, as the processes of a group do."""
    if len(consumers) == 1:
        return list(consumers[0].poll(timeout, max_records))
    with ThreadPoolExecutor(len(consumers)) as threads:
        polls = [threads.submit(each.poll, timeout, max_records) for each in consumers]
        return [record for poll in polls for record in poll.result()]


class Patience:
    """Ends a loop that waits for something that does not come."""

    def __init__(self) -> None:
        self._end = time.monotonic() + DEADLINE

    def check(self, what: str) -> None:
        """Fail with this when time is up."""
        assert time.monotonic() < self._end, what


def batch(site: Site, consumer: Consumer, max_records: int = 500) -> list[LogRecord]:
    """The next batch that is not empty."""
    patience = Patience()
    while not (found := consumer.poll(site.look, max_records)):
        patience.check("no record came")
    return list(found)


def is_silent(site: Site, *consumers: Consumer) -> bool:
    """No record comes for a while."""
    end = time.monotonic() + site.quiet
    while True:
        if poll_all(consumers, site.look):
            return False
        if time.monotonic() >= end:
            return True


def settle(site: Site, *consumers: Consumer) -> None:
    """Poll until nobody's partitions change any more; no record may come."""
    patience = Patience()
    calm, held = 0, [consumer.assignment() for consumer in consumers]
    while calm < 2:
        patience.check("the group does not come to rest")
        assert is_silent(site, *consumers)
        now = [consumer.assignment() for consumer in consumers]
        joined = all(site.has_joined(consumer) for consumer in consumers)
        calm = calm + 1 if joined and now == held else 0
        held = now


def poll_on(consumer: Consumer) -> None:
    """Poll until an error comes; no record may."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        assert list(consumer.poll(0.05)) == []


@contextmanager
def closing_all(logs: list[Log]) -> Iterator[None]:
    """Every log opened meanwhile is closed at the end."""
    try:
        yield
    finally:
        for log in logs:
            log.close()
