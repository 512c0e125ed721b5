"""What a member gets, when it gets it again, and how far it has come."""

from __future__ import annotations

import threading
import time

import pytest

from common.log.port import (
    Consumer,
    Log,
    LogError,
    MemberReplaced,
    Publisher,
    TopicSpec,
    UnknownTopic,
)
from tests.common.log.site import (
    Patience,
    Site,
    batch,
    drain,
    is_silent,
    keys_over,
    make_topics,
    poll_on,
    record,
    settle,
    values,
)


def test_a_new_group_starts_at_the_first_record(log: Log, publisher: Publisher) -> None:
    """What was published before the group existed is read too."""
    publisher.publish([record("old")])
    consumer = log.consumer("young", ["orders"], "a")
    assert values(drain(consumer, 1)) == ["old"]


def test_each_record_comes_once(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """Without a commit too, as long as the member goes on."""
    publisher.publish([record("1")])
    assert values(drain(consumer, 1)) == ["1"]
    publisher.publish([record("2")])
    assert values(drain(consumer, 1)) == ["2"]
    assert is_silent(site, consumer)


def test_rewind_brings_back_what_was_not_committed(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """From the last commit on, in the same order, also after several polls."""
    publisher.publish([record("1")])
    drain(consumer, 1)
    consumer.commit()
    for value in ("2", "3"):
        publisher.publish([record(value)])
        drain(consumer, 1)
    consumer.rewind()
    assert values(drain(consumer, 2)) == ["2", "3"]
    consumer.commit()
    consumer.rewind()
    assert is_silent(site, consumer)


def test_a_new_incarnation_gets_what_was_not_committed(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """It takes its namesake's place at once, without waiting for the lease."""
    publisher.publish([record("1"), record("2")])
    assert len(drain(consumer, 1, max_records=1)) == 1
    consumer.commit()
    drain(consumer, 1)
    again = site.open().consumer("group", ["orders"], "a")
    assert values(drain(again, 1)) == ["2"]
    assert len(again.assignment()) == 4


def test_a_commit_outlasts_the_member(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """After close and join, reading goes on behind the commit."""
    publisher.publish([record("1")])
    drain(consumer, 1)
    consumer.commit()
    consumer.close()
    publisher.publish([record("2")])
    again = site.open().consumer("group", ["orders"], "b")
    assert values(drain(again, 1)) == ["2"]


def test_groups_do_not_disturb_each_other(log: Log, publisher: Publisher) -> None:
    """Each group gets every record and has its own offsets."""
    one = log.consumer("one", ["orders"], "a")
    two = log.consumer("two", ["orders"], "a")
    publisher.publish([record("x")])
    assert values(drain(one, 1)) == ["x"]
    one.commit()
    assert values(drain(two, 1)) == ["x"]


def test_only_the_topics_subscribed_to_come(log: Log, publisher: Publisher) -> None:
    """Several topics may be read by one member; others stay away."""
    both = log.consumer("both", ["orders", "single"], "a")
    one = log.consumer("one", ["single"], "a")
    publisher.publish([record("o"), record("s", topic="single")])
    assert sorted(values(drain(both, 2))) == ["o", "s"]
    assert values(drain(one, 1)) == ["s"]


def test_an_unknown_topic_cannot_be_subscribed_to(log: Log) -> None:
    """And the attempt leaves no member and no group behind."""
    with pytest.raises(UnknownTopic):
        log.consumer("lost", ["orders", "nowhere"], "a")
    assert list(log.admin().groups()) == []


def test_max_records_bounds_a_batch(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """The rest comes with the next polls, nothing twice."""
    publisher.publish([record(f"{n}") for n in range(25)])
    sizes = [len(batch(site, consumer, 10)) for _ in range(3)]
    assert sizes == [10, 10, 5]
    assert is_silent(site, consumer)


def test_a_hot_partition_starves_no_other(site: Site) -> None:
    """A batch is shared equally; what the quiet ones leave the hot one gets."""
    log = make_topics(
        site, *(TopicSpec(name=name, partitions=1) for name in ("hot", "warm", "cold"))
    )
    log.publisher().publish(
        [record("x", topic="hot") for _ in range(1000)]
        + [record("x", topic="warm") for _ in range(40)]
        + [record("x", topic="cold")]
    )
    consumer = log.consumer("group", ["hot", "warm", "cold"], "a")
    topics = [each.topic for each in batch(site, consumer, 60)]
    counts = [topics.count(name) for name in ("hot", "warm", "cold")]
    assert counts == [30, 29, 1]


def test_a_batch_smaller_than_the_partitions_reaches_each_in_turn(site: Site) -> None:
    """One record a poll, and still every partition is served."""
    names = ["a", "b", "c", "d"]
    log = make_topics(site, *(TopicSpec(name=name, partitions=1) for name in names))
    log.publisher().publish([record("x", topic=name) for name in names] * 5)
    consumer = log.consumer("group", names, "a")
    first = [batch(site, consumer, 1)[0].topic for _ in names]
    assert sorted(first) == names


def test_an_empty_poll_and_commit_are_harmless(site: Site, consumer: Consumer) -> None:
    """Commit and rewind without records change nothing."""
    consumer.commit()
    consumer.rewind()
    settle(site, consumer)


def test_a_wake_ends_a_waiting_poll(consumer: Consumer) -> None:
    """It comes from another thread; the poll returns empty."""
    waker = threading.Timer(0.05, consumer.wake)
    waker.start()
    began = time.monotonic()
    assert list(consumer.poll(10)) == []
    assert time.monotonic() - began < 1
    waker.join()


def test_a_wake_is_not_lost_before_the_poll(consumer: Consumer) -> None:
    """The next poll returns at once, and only the next."""
    consumer.wake()
    began = time.monotonic()
    assert list(consumer.poll(10)) == []
    assert time.monotonic() - began < 1


def test_a_closed_member_polls_no_more(consumer: Consumer) -> None:
    """It says so; closing and waking it again are harmless."""
    consumer.close()
    consumer.close()
    consumer.wake()
    assert consumer.assignment() == frozenset()
    with pytest.raises(LogError, match="closed; make a new one"):
        consumer.poll(0)


def test_a_replaced_member_is_told(site: Site, consumer: Consumer) -> None:
    """Two processes of one name do not steal from each other for ever."""
    newer = site.open().consumer("group", ["orders"], "a")
    settle(site, newer)
    with pytest.raises(MemberReplaced, match="newer member 'a' has joined the group"):
        poll_on(consumer)
    consumer.close()
    settle(site, newer)
    assert len(newer.assignment()) == 4


def test_all_keys_of_a_big_backlog_come(
    publisher: Publisher, consumer: Consumer
) -> None:
    """Thousands of records in batches: all, once, in order."""
    keys = keys_over(4)
    for first in range(0, 12_000, 2000):
        news = range(first, first + 2000)
        publisher.publish([record(f"{n}", keys[n % 64]) for n in news])
    found: list[int] = []
    patience = Patience()
    while len(found) < 12_000:
        patience.check(f"{len(found)} came")
        found += [int(each.value) for each in consumer.poll(0.05, 333)]
        consumer.commit()
    assert sorted(found) == list(range(12_000))
