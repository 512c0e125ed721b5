"""Topics with rates, groups with lag, and what is stalled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from common.log.port import Admin, Log, UnknownTopic, partition_of
from common.log_pages import overview
from common.log_pages.overview import in_words
from tests.common.log.site import Site, batch, record, settle

TOPIC = "order.created"


def at(site: Site, seconds: float) -> datetime:
    """The moment so many seconds after the beginning."""
    return datetime.fromtimestamp(site.start / 1000 + seconds, UTC)


def write(site: Site, log: Log, seconds: float, count: int = 1, key: str = "k") -> None:
    """So many records at this moment."""
    site.wall.now = site.start / 1000 + seconds
    log.publisher().publish([record("x", key, TOPIC) for _ in range(count)])


def test_a_topic_shows_what_it_holds(site: Site, log: Log, admin: Admin) -> None:
    """Of all its partitions together."""
    write(site, log, 0, 3, "a")
    write(site, log, 0, 2, "b")
    found = overview.topic(admin, TOPIC, at(site, 1))
    assert (found.count, found.written, found.size_bytes) == (5, 5, 10)
    assert len(found.partitions) == 4
    with pytest.raises(UnknownTopic):
        overview.topic(admin, "nowhere", at(site, 1))


def test_the_rate_is_that_of_the_last_minute(
    site: Site, log: Log, admin: Admin
) -> None:
    """Seen with the first look, for the log knows where it stood."""
    write(site, log, 0, 600)
    write(site, log, 100, 30)
    found = overview.topic(admin, TOPIC, at(site, 120))
    assert found.rate == pytest.approx(0.5)
    rates = {each.info.partition: each.rate for each in found.partitions}
    busy = partition_of("k", 4)
    assert rates == {n: pytest.approx(0.5) if n == busy else 0 for n in range(4)}
    whole = overview.overview(admin, at(site, 120))
    assert whole.rate == pytest.approx(0.5)
    assert [topic.name for topic in whole.topics] == [TOPIC, "single"]


def test_a_group_shows_members_and_lag(site: Site, log: Log, admin: Admin) -> None:
    """And how long the oldest message has waited for it."""
    member = log.consumer("group", [TOPIC], "a")
    settle(site, member)
    write(site, log, 10)
    write(site, log, 20, 2)
    (group,) = overview.groups(admin, at(site, 25))
    assert (group.lag, group.topics) == (3, [TOPIC])
    assert group.waiting == timedelta(seconds=15)
    assert list(group.stalled) == []
    (reader,) = group.members
    assert (reader.name, list(reader.reads)) == ("a", [(TOPIC, "0–3")])
    topic = overview.topic(admin, TOPIC, at(site, 25))
    assert topic.readers == ["group"]


def test_a_group_that_has_all_done_waits_for_nothing(
    site: Site, log: Log, admin: Admin
) -> None:
    """Whoever reads for it."""
    log.consumer("group", [TOPIC], "a").close()
    (group,) = overview.groups(admin, at(site, 0))
    assert (group.lag, group.waiting, group.is_unread) == (0, None, False)


def test_messages_that_nobody_reads_are_stalled(
    site: Site, log: Log, admin: Admin
) -> None:
    """In their partition, and in no other."""
    log.consumer("group", [TOPIC], "a").close()
    write(site, log, 10)
    (group,) = overview.groups(admin, at(site, 11))
    assert group.is_unread
    (stalled,) = group.stalled
    assert (stalled.info.partition, stalled.is_unread) == (partition_of("k", 4), True)


def test_messages_that_wait_for_long_are_stalled(
    site: Site, log: Log, admin: Admin
) -> None:
    """Though somebody is there."""
    member = log.consumer("group", [TOPIC], "a")
    settle(site, member)
    write(site, log, 0)
    (group,) = overview.groups(admin, at(site, 59))
    assert not group.stalled
    (group,) = overview.groups(admin, at(site, 61))
    (stalled,) = group.stalled
    assert (stalled.is_late, stalled.is_unread, stalled.member) == (True, False, "a")
    assert not group.is_unread


def test_two_groups_wait_each_for_its_own(site: Site, log: Log, admin: Admin) -> None:
    """The time of the message that each has to read next."""
    fast = log.consumer("fast", [TOPIC], "a")
    slow = log.consumer("slow", [TOPIC], "a")
    settle(site, fast, slow)
    write(site, log, 0)
    assert len(batch(site, fast)) == 1
    fast.commit()
    write(site, log, 40)
    found = overview.groups(admin, at(site, 50))
    waits = {each.info.group: (each.lag, each.waiting) for each in found}
    assert waits == {
        "fast": (1, timedelta(seconds=10)),
        "slow": (2, timedelta(seconds=50)),
    }


def test_the_log_has_a_broker(site: Site, admin: Admin) -> None:
    """That is up."""
    found = overview.overview(admin, at(site, 0))
    assert len(found.up) == len(found.brokers) == 1


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([], ""), ([3], "3"), ([0, 1, 2], "0–2"), ([7, 0, 2, 1, 9, 8], "0–2, 7–9")],
)
def test_numbers_in_words(numbers: list[int], words: str) -> None:
    """Neighbours are put together."""
    assert in_words(numbers) == words
