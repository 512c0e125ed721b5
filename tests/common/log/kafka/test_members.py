"""Members that die, and those that come back under their names."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from common.log.port import Consumer, LogRecord, MemberReplaced, TopicSpec
from tests.common.log.broker import KafkaSite
from tests.common.log.processes import Actors
from tests.common.log.site import (
    drain,
    is_silent,
    keys_over,
    make_topics,
    record,
    settle,
    values,
)

ORDERS = TopicSpec(name="orders", partitions=4)


@pytest.fixture
def actors(site: KafkaSite) -> Iterator[Actors]:
    """Starts processes on the broker, with the times of production."""
    with Actors(f"kafka://{site.address}") as started:
        yield started


def seconds_until(consumer: Consumer, text: str) -> float:
    """How long until this record comes."""
    began = time.monotonic()
    came: list[LogRecord] = []
    while text not in values(came):
        assert time.monotonic() - began < 20, f"{text} does not come"
        came = list(consumer.poll(1))
    return time.monotonic() - began


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_killed_members_partitions_are_taken_over(
    site: KafkaSite, actors: Actors
) -> None:
    """Within 15 s, in the times of production."""
    log = make_topics(site, ORDERS)
    log.publisher().publish([record("first")])
    reader = actors.start("consume", "b")
    assert reader.next()[2] == "first"
    reader.kill()
    heir = log.consumer("group", ["orders"], "c")
    log.publisher().publish([record("after")])
    assert seconds_until(heir, "after") < 15


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_killed_member_that_is_started_again_goes_on_at_once(
    site: KafkaSite, actors: Actors
) -> None:
    """Without waiting for the end of the session that its death has left."""
    log = make_topics(site, ORDERS)
    log.publisher().publish([record("first")])
    reader = actors.start("consume", "b")
    assert reader.next()[2] == "first"
    reader.kill()
    again = actors.start("consume", "b")
    log.publisher().publish([record("after")])
    began = time.monotonic()
    while again.next()[2] != "after":
        pass
    assert time.monotonic() - began < 3


def test_a_restart_moves_nobody(site: KafkaSite) -> None:
    """The others go on reading, and the group does not even rebalance (KIP-345)."""
    log = make_topics(site, ORDERS)
    one, two = (site.open().consumer("group", ["orders"], name) for name in "ab")
    settle(site, one, two)
    before = one._member._coordinator._generation.generation_id
    site.crash(two)
    again = site.open().consumer("group", ["orders"], "b")
    settle(site, one, again)
    assert again.assignment() == two_of(log.admin().members("group"))
    assert one._member._coordinator._generation.generation_id == before


def two_of(members: object) -> frozenset[tuple[str, int]]:
    """The partitions of the second member."""
    assert isinstance(members, list)
    return frozenset(members[1].partitions)


def test_a_replaced_members_commit_is_refused(site: KafkaSite) -> None:
    """It was too late to do harm, and it is told."""
    log = make_topics(site, ORDERS)
    old = site.open().consumer("group", ["orders"], "a")
    log.publisher().publish([record("x")])
    drain(old, 1)
    new = site.open().consumer("group", ["orders"], "a")
    assert values(drain(new, 1)) == ["x"]
    with pytest.raises(MemberReplaced, match="newer member 'a' has joined the group"):
        old.commit()
    new.commit()
    assert [each.lag for each in log.admin().lag("group")] == [0] * 4


@pytest.mark.parametrize("step", ["polled", "processed", "committed"])
def test_a_member_abandoned_at_a_step_loses_nothing(site: KafkaSite, step: str) -> None:
    """What it had not committed comes to the next one, and nothing else does."""
    log = make_topics(site, ORDERS)
    log.publisher().publish([record(f"{n}", key) for n, key in enumerate(keys_over(4))])
    dying = site.open().consumer("group", ["orders"], "a")
    effects = values(drain(dying, 64))
    if step == "polled":
        effects = []  # it died before they had any
    if step == "committed":
        dying.commit()
    site.crash(dying)
    again = site.open().consumer("group", ["orders"], "a")
    if step == "committed":
        settle(site, again)
        assert is_silent(site, again)
    else:
        effects += values(drain(again, 64))
    assert set(effects) == {f"{n}" for n in range(64)}
