"""What an operator sees, and what retention deletes."""

from __future__ import annotations

import pytest

from common.log.port import (
    Consumer,
    GroupInfo,
    GroupLag,
    Log,
    MemberInfo,
    PartitionInfo,
    Publisher,
    TopicSpec,
    UnknownTopic,
    partition_of,
)
from common.log.positions import Share
from tests.common.log.conformance.conftest import BY_HAND
from tests.common.log.site import (
    SECOND,
    Patience,
    Site,
    batch,
    drain,
    make_topics,
    record,
    settle,
    values,
)

KEPT = ("kept", 0)


def test_partitions_are_listed_in_order(log: Log) -> None:
    """Every partition of every topic, empty ones too."""
    found = [(each.topic, each.partition) for each in log.admin().partitions()]
    assert found == [*(("orders", n) for n in range(4)), ("single", 0)]


def test_a_partition_shows_its_range_and_size(
    site: Site, log: Log, publisher: Publisher
) -> None:
    """Size is the bytes of keys, values and headers, or of the files in Kafka."""
    publisher.publish(
        [record("12345", "key", "single", name="value"), record("", "", "single")]
    )
    shown = log.admin().partitions()[-1]
    assert shown == PartitionInfo(
        topic="single",
        partition=0,
        first_offset=0,
        next_offset=2,
        size_bytes=17 if site.counts_bytes else shown.size_bytes,
    )
    assert shown.size_bytes > 0


def test_topics_that_exist_stay_as_they_are(log: Log, publisher: Publisher) -> None:
    """Making them again, even otherwise, changes nothing and loses nothing."""
    publisher.publish([record("x", topic="single")])
    log.admin().ensure_topics([TopicSpec(name="single", partitions=9)])
    assert len(log.admin().partitions()) == 5
    assert log.admin().partitions()[-1].next_offset == 1


def test_groups_are_those_that_ever_joined(site: Site, log: Log) -> None:
    """In order of name; one without members is still known."""
    for group in ("b", "a"):
        member = log.consumer(group, ["orders"], "x")
        settle(site, member)
        member.close()
    assert list(log.admin().groups()) == ["a", "b"]


def test_members_are_listed_with_their_partitions(
    site: Site, log: Log, consumer: Consumer
) -> None:
    """Live ones only, by name."""
    other = site.open().consumer("group", ["single"], "b")
    settle(site, consumer, other)
    orders = tuple(("orders", n) for n in range(4))
    both = [
        MemberInfo(member_id="a", partitions=orders),
        MemberInfo(member_id="b", partitions=(("single", 0),)),
    ]
    assert list(log.admin().members("group")) == both
    other.close()
    assert list(log.admin().members("group")) == both[:1]
    assert list(log.admin().members("no such group")) == []


def test_lag_counts_what_is_not_committed(
    log: Log, publisher: Publisher, consumer: Consumer
) -> None:
    """Per partition subscribed to; polled is not yet committed."""
    publisher.publish([record("1"), record("2"), record("3")])
    assert len(drain(consumer, 2, max_records=2)) == 2
    busy = partition_of("k", 4)
    lags = {each.partition: each.lag for each in log.admin().lag("group")}
    assert lags == {n: 3 if n == busy else 0 for n in range(4)}
    consumer.commit()
    assert log.admin().lag("group")[busy] == GroupLag(
        group="group", topic="orders", partition=busy, committed=2, next_offset=3
    )
    assert log.admin().lag("group")[busy].lag == 1
    assert list(log.admin().lag("no such group")) == []


def test_reading_moves_no_group(
    log: Log, publisher: Publisher, consumer: Consumer
) -> None:
    """From an offset on, as many as asked for; beyond the end nothing."""
    publisher.publish([record(f"{n}", topic="single") for n in range(5)])
    admin = log.admin()
    assert values(admin.read("single", 0, 1, 3)) == ["1", "2", "3"]
    assert values(admin.read("single", 0, -7, 1)) == ["0"]
    assert list(admin.read("single", 0, 5)) == []
    assert list(admin.read("single", 7, 0)) == []
    with pytest.raises(UnknownTopic):
        admin.read("nowhere", 0, 0)


def test_ping_of_a_log_that_works_is_silent(log: Log) -> None:
    """Nothing is raised."""
    log.admin().ping()


def retained(site: Site, *, age: int = 0, size: int = 0) -> Log:
    """A topic `kept` with ten records of 10 bytes, one a second."""
    log = make_topics(
        site,
        TopicSpec(name="kept", partitions=1, retention_ms=age, retention_bytes=size),
    )
    publisher = log.publisher()
    for n in range(10):
        site.wall.now = site.start / 1000 + n
        publisher.publish([record(f"value-{n:03}", "k", "kept")])
    return log


# Kafka's brokers delete whole segments, when they think of it.
@BY_HAND
def test_retention_deletes_what_is_too_old(site: Site) -> None:
    """What is exactly as old as allowed stays; new offsets go on counting."""
    log = retained(site, age=5 * SECOND)
    assert log.admin().apply_retention(site.start + 9 * SECOND) == 4
    assert log.admin().apply_retention(site.start + 9 * SECOND) == 0
    (info,) = log.admin().partitions()
    assert (info.first_offset, info.next_offset, info.size_bytes) == (4, 10, 60)
    assert log.admin().read("kept", 0, 0)[0].offset == 4
    assert log.admin().apply_retention(site.start + 60 * SECOND) == 6
    log.publisher().publish([record("x", "k", "kept")])
    (found,) = log.admin().read("kept", 0, 0)
    assert (found.offset, found.value) == (10, b"x")


@BY_HAND
def test_retention_deletes_what_is_too_much(site: Site) -> None:
    """The newest records that fit stay."""
    log = retained(site, size=35)
    assert log.admin().apply_retention(site.start) == 7
    (info,) = log.admin().partitions()
    assert (info.first_offset, info.next_offset, info.size_bytes) == (7, 10, 30)


def test_retention_zero_keeps_for_ever(site: Site) -> None:
    """Neither age nor size deletes."""
    log = retained(site)
    assert log.admin().apply_retention(site.start * 2) == 0
    assert len(log.admin().read("kept", 0, 0)) == 10


def test_what_retention_deleted_is_gone(site: Site) -> None:
    """Readers begin at what is left, and new offsets go on counting."""
    log = retained(site, age=site.keeps_ms)
    site.trim("kept", 4)
    (info,) = log.admin().partitions()
    assert (info.first_offset, info.next_offset) == (4, 10)
    assert log.admin().read("kept", 0, 0)[0].offset == 4
    site.trim("kept", 10)
    log.publisher().publish([record("x", "k", "kept")])
    (found,) = log.admin().read("kept", 0, 0)
    assert (found.offset, found.value) == (10, b"x")


def test_a_reader_behind_retention_goes_on_at_the_first_offset(site: Site) -> None:
    """A group that comes back, its lag, and a new group all start where records are."""
    log = retained(site, age=site.keeps_ms)
    slow = log.consumer("slow", ["kept"], "a")
    assert values(batch(site, slow, 2)) == ["value-000", "value-001"]
    slow.commit()
    slow.close()
    site.trim("kept", 7)
    (lag,) = log.admin().lag("slow")
    assert (lag.committed, lag.lag) == (7, 3)
    again = log.consumer("slow", ["kept"], "a")
    assert values(drain(again, 3)) == ["value-007", "value-008", "value-009"]
    again.commit()
    (lag,) = log.admin().lag("slow")
    assert (lag.committed, lag.lag) == (10, 0)
    young = log.consumer("young", ["kept"], "a")
    assert [each.offset for each in drain(young, 3)] == [7, 8, 9]


def test_a_running_reader_behind_retention_goes_on(site: Site) -> None:
    """It gets what it had fetched already, and then what is left."""
    log = retained(site, age=site.keeps_ms)
    slow = log.consumer("slow", ["kept"], "a")
    assert values(batch(site, slow, 2)) == ["value-000", "value-001"]
    slow.commit()
    site.trim("kept", 7)
    found: list[str] = []
    patience = Patience()
    while found[-1:] != ["value-009"]:
        patience.check(f"only {found} came")
        found += values(slow.poll(site.look))
    assert found[-3:] == ["value-007", "value-008", "value-009"]


def test_a_group_behind_retention_of_everything_waits_for_new_records(
    site: Site,
) -> None:
    """An emptied partition has no lag, and its next record is read."""
    log = retained(site, age=site.keeps_ms)
    slow = log.consumer("slow", ["kept"], "a")
    batch(site, slow, 1)
    slow.rewind()
    site.trim("kept", 10)
    assert [each.lag for each in log.admin().lag("slow")] == [0]
    slow.close()
    again = log.consumer("slow", ["kept"], "a")
    settle(site, again)
    log.publisher().publish([record("new", "k", "kept")])
    assert values(drain(again, 1)) == ["new"]


def test_an_offset_is_found_by_time(site: Site) -> None:
    """That of the first record that is not older; after the last the next offset."""
    log = retained(site, age=site.keeps_ms)
    at = [site.start + seconds * SECOND for seconds in (-60, 3, 9)]
    admin = log.admin()
    found = [admin.offsets_at([KEPT], each)[KEPT] for each in at]
    assert found == [0, 3, 9]
    assert admin.offsets_at([KEPT], at[1] - 999) == {KEPT: 3}
    assert admin.offsets_at([KEPT], at[2] + 1) == {KEPT: 10}
    assert admin.offsets_at([("kept", 7), KEPT], at[1]) == {KEPT: 3}
    assert admin.offsets_at([], at[1]) == {}
    site.trim("kept", 5)
    assert admin.offsets_at([KEPT], at[1]) == {KEPT: 5}
    with pytest.raises(UnknownTopic):
        admin.offsets_at([("nowhere", 0)], 0)


def test_offsets_of_many_partitions_are_found_at_once(
    log: Log, publisher: Publisher
) -> None:
    """Of several topics; one that is empty has its next offset."""
    publisher.publish([record("x", topic="single")])
    places = [("orders", 0), ("single", 0)]
    assert log.admin().offsets_at(places, 0) == {("orders", 0): 0, ("single", 0): 0}
    late = 4_000_000_000_000
    assert log.admin().offsets_at(places, late) == {("orders", 0): 0, ("single", 0): 1}


def test_stretches_of_many_partitions_are_read_at_once(
    log: Log, publisher: Publisher
) -> None:
    """Each from its start on, and no further than its limit."""
    publisher.publish([record(f"{n}", f"key-{n % 16}") for n in range(160)])
    admin = log.admin()
    ends = {each.partition: each.next_offset for each in admin.partitions()[:4]}
    assert min(ends.values()) > 5
    shares = [Share(("orders", n), end - 5, 3) for n, end in ends.items()]
    found = admin.read_shares(shares)
    assert {
        n: [each.offset for each in found if each.partition == n] for n in ends
    } == {n: [end - 5, end - 4, end - 3] for n, end in ends.items()}
    beyond = [Share(("orders", n), end, 9) for n, end in ends.items()]
    assert list(admin.read_shares(beyond)) == []
    assert list(admin.read_shares([Share(("orders", 9), 0, 9)])) == []
    assert list(admin.read_shares([])) == []
    with pytest.raises(UnknownTopic):
        admin.read_shares([Share(("nowhere", 0), 0, 1)])


def test_what_was_read_in_part_is_read_again_whole(
    log: Log, publisher: Publisher
) -> None:
    """What a client has fetched beyond a stretch is in nobody's way."""
    publisher.publish([record(f"{n}" * 50, f"key-{n % 16}") for n in range(1600)])
    admin = log.admin()
    ends = {each.partition: each.next_offset for each in admin.partitions()[:4]}
    for _ in range(3):
        for first in (0, 40):
            parts = [Share(("orders", n), first, 10 * (n + 1)) for n in ends]
            assert len(admin.read_shares(parts)) == 10 + 20 + 30 + 40
        for number, end in ends.items():
            whole = admin.read_shares([Share(("orders", number), 0, end)])
            assert [each.offset for each in whole] == list(range(end))


def test_a_stretch_before_the_first_offset_is_not_made_up_for(site: Site) -> None:
    """It is of offsets: what retention deleted of it is missing."""
    log = retained(site, age=site.keeps_ms)
    site.trim("kept", 4)
    found = log.admin().read_shares([Share(KEPT, 2, 4)])
    assert values(found) == ["value-004", "value-005"]


def test_groups_are_shown_whole_at_once(
    site: Site, log: Log, publisher: Publisher, consumer: Consumer
) -> None:
    """With members and lags, as when each is asked for."""
    publisher.publish([record("1"), record("2")])
    other = log.consumer("earlier", ["single"], "b")
    settle(site, other)
    other.close()
    admin = log.admin()
    assert list(admin.group_infos()) == [
        GroupInfo(
            group=group,
            members=tuple(admin.members(group)),
            lags=tuple(admin.lag(group)),
        )
        for group in ("earlier", "group")
    ]
    (_, found) = admin.group_infos()
    assert sum(each.lag for each in found.lags) == 2
    assert [each.member_id for each in found.members] == ["a"]


def test_a_log_without_groups_shows_none(log: Log) -> None:
    """Nothing is asked of nobody."""
    assert list(log.admin().group_infos()) == []


def test_a_log_has_a_broker(log: Log) -> None:
    """Also where the log is but a file; one of them decides."""
    (broker,) = log.admin().brokers()
    assert broker.broker_id == 1
    assert broker.is_controller
    assert broker.address
