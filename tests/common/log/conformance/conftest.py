"""The adapters under test: each test of this folder runs against every one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.log.embedded import EmbeddedLog
from common.log.memory import MemoryLog
from common.log.port import Consumer, Log, Publisher, TopicSpec
from tests.common.log.broker import KafkaSite, wipe
from tests.common.log.site import (
    LEASE,
    START_MS,
    HandClock,
    HandSite,
    Site,
    closing_all,
    make_topics,
    settle,
)

# For tests that need clocks in their hand, to the second.
BY_HAND = pytest.mark.parametrize("site", ["memory", "embedded"], indirect=True)


@pytest.fixture(params=["memory", "embedded", "kafka"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A log without topics."""
    if request.param == "kafka":
        yield from kafka_site(request.getfixturevalue("kafka_broker"))
    else:
        yield from hand_site(request.param, tmp_path)


def hand_site(adapter: str, folder: Path) -> Iterator[Site]:
    """A log in memory or in a file."""
    lease, wall = HandClock(1000.0), HandClock(START_MS / 1000)
    memory = MemoryLog(lease=LEASE, clock=lease, wall=wall)
    opened: list[Log] = []

    def open_log() -> Log:
        if adapter == "memory":
            return memory
        path = str(folder / "state" / "log.db")
        opened.append(EmbeddedLog(path, lease=LEASE, clock=lease, wall=wall))
        return opened[-1]

    with closing_all(opened):
        yield HandSite(open_log, lease, wall)


def kafka_site(address: str) -> Iterator[Site]:
    """A log on the broker, which is empty."""
    wipe(address)
    site = KafkaSite(address)
    with closing_all(site.opened):
        yield site


@pytest.fixture
def log(site: Site) -> Log:
    """A log with the topics `orders` of four partitions and `single` of one."""
    return make_topics(
        site,
        TopicSpec(name="orders", partitions=4),
        TopicSpec(name="single", partitions=1),
    )


@pytest.fixture
def publisher(log: Log) -> Publisher:
    """A publisher of the log."""
    return log.publisher()


@pytest.fixture
def consumer(site: Site, log: Log) -> Consumer:
    """The member `a` of the group `group`, reading `orders`, its partitions held."""
    member = log.consumer("group", ["orders"], "a")
    settle(site, member)
    return member
