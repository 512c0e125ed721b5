"""The adapters under test: each test of this folder runs against every one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.log.embedded import EmbeddedLog
from common.log.memory import MemoryLog
from common.log.port import Consumer, Log, Publisher, TopicSpec
from tests.common.log.site import LEASE, HandClock, Site, closing_all

START_MS = 1_700_000_000_000


@pytest.fixture(params=["memory", "embedded"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A log without topics."""
    lease, wall = HandClock(1000.0), HandClock(START_MS / 1000)
    memory = MemoryLog(lease=LEASE, clock=lease, wall=wall)
    opened: list[Log] = []

    def open_log() -> Log:
        if request.param == "memory":
            return memory
        path = str(tmp_path / "state" / "log.db")
        opened.append(EmbeddedLog(path, lease=LEASE, clock=lease, wall=wall))
        return opened[-1]

    with closing_all(opened):
        yield Site(open_log, lease, wall)


@pytest.fixture
def log(site: Site) -> Log:
    """A log with the topics `orders` of four partitions and `single` of one."""
    return site.make_topics(
        TopicSpec(name="orders", partitions=4), TopicSpec(name="single", partitions=1)
    )


@pytest.fixture
def publisher(log: Log) -> Publisher:
    """A publisher of the log."""
    return log.publisher()


@pytest.fixture
def consumer(log: Log) -> Consumer:
    """The member `a` of the group `group`, reading `orders`, its partitions held."""
    member = log.consumer("group", ["orders"], "a")
    member.poll(0)
    return member
