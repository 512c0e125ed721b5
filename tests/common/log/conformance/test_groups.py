"""How members share a group's partitions, and how partitions change hands."""

from __future__ import annotations

from common.log.port import Consumer, Log, Publisher, partition_of
from tests.common.log.conformance.conftest import BY_HAND
from tests.common.log.site import (
    HandSite,
    Patience,
    Site,
    batch,
    drain,
    drain_all,
    is_silent,
    keys_over,
    record,
    settle,
    values,
)

ALL = frozenset(("orders", n) for n in range(4))


def join(site: Site, instance: str, *topics: str) -> Consumer:
    """A member as if of another process."""
    return site.open().consumer("group", list(topics) or ["orders"], instance)


def test_members_share_the_partitions(site: Site, consumer: Consumer) -> None:
    """Each partition has one owner, and nobody has two more than another."""
    other = join(site, "b")
    settle(site, consumer, other)
    assert consumer.assignment() == {("orders", 0), ("orders", 2)}
    assert other.assignment() == {("orders", 1), ("orders", 3)}


def test_what_members_read_is_disjoint_and_whole(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """Three members, every record with one of them."""
    members = [consumer, join(site, "b"), join(site, "c")]
    settle(site, *members)
    keys = keys_over(4)
    publisher.publish([record(f"{n}", key) for n, key in enumerate(keys)])
    found = [int(each.value) for each in drain_all(members, len(keys))]
    assert sorted(found) == list(range(len(keys)))


def test_a_key_of_two_topics_meets_in_one_member(site: Site, log: Log) -> None:
    """Partition n of each topic belongs to the same member."""
    members = [join(site, name, "orders", "single") for name in ("a", "b")]
    settle(site, *members)
    assert ("orders", 0) in members[0].assignment()
    assert ("single", 0) in members[0].assignment()


def test_members_may_read_different_topics(site: Site, log: Log) -> None:
    """A topic's partitions go only to those who subscribed to it."""
    one, two = join(site, "a", "orders"), join(site, "b", "single")
    settle(site, one, two)
    assert one.assignment() == ALL
    assert two.assignment() == {("single", 0)}


def test_more_members_than_partitions(site: Site, log: Log) -> None:
    """The last ones wait without work."""
    members = [join(site, name, "single") for name in ("a", "b")]
    settle(site, *members)
    assert [len(each.assignment()) for each in members] == [1, 0]


def test_a_member_that_leaves_is_replaced_at_once(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """The others get its partitions, and what it had not committed."""
    other = join(site, "b")
    settle(site, consumer, other)
    publisher.publish([record("x", key) for key in keys_over(4)])
    mine = sum(partition_of(key, 4) in (0, 2) for key in keys_over(4))
    drain(consumer, mine)
    consumer.commit()
    drain(other, 64 - mine)
    other.close()
    drain(consumer, 64 - mine)
    assert consumer.assignment() == ALL


def test_a_partition_moves_only_after_its_owner_has_committed(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """So a record in the hands of one member is not given to another."""
    key = next(key for key in keys_over(4) if partition_of(key, 4) == 1)
    publisher.publish([record("held", key)])
    assert values(drain(consumer, 1)) == ["held"]
    other = join(site, "b")
    assert is_silent(site, other)
    assert ("orders", 1) not in other.assignment()
    consumer.commit()
    settle(site, consumer, other)
    publisher.publish([record("next", key)])
    assert values(drain(other, 1)) == ["next"]
    assert other.assignment() == {("orders", 1), ("orders", 3)}


# In Kafka an owner that polls without having committed gives it up.
@BY_HAND
def test_a_partition_that_is_to_move_is_read_no_further(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """Its owner may poll as often as it likes before it commits."""
    key = next(key for key in keys_over(4) if partition_of(key, 4) == 1)
    publisher.publish([record("held", key)])
    assert values(drain(consumer, 1)) == ["held"]
    other = join(site, "b")
    settle(site, consumer, other)
    assert ("orders", 1) in consumer.assignment()
    assert other.assignment() == {("orders", 3)}
    publisher.publish([record("next", key)])
    settle(site, consumer, other)


def test_a_partition_moves_after_a_rewind_too(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """The new owner gets what was taken back."""
    key = next(key for key in keys_over(4) if partition_of(key, 4) == 1)
    publisher.publish([record("back", key)])
    drain(consumer, 1)
    other = join(site, "b")
    assert is_silent(site, other)
    consumer.rewind()
    patience = Patience()
    while not (came := other.poll(site.look)):
        assert not consumer.poll(site.look)
        patience.check("the record did not come back")
    assert values(came) == ["back"]


def test_a_dead_members_partitions_are_taken_over(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """From its last commit on."""
    dead = join(site, "b")
    settle(site, consumer, dead)
    key = next(key for key in keys_over(4) if partition_of(key, 4) == 1)
    publisher.publish([record("1", key), record("2", key)])
    assert values(batch(site, dead, 1)) == ["1"]
    dead.commit()
    assert values(batch(site, dead, 1)) == ["2"]
    site.crash(dead)
    site.let_leases_end("nobody's")
    assert values(drain(consumer, 1)) == ["2"]
    assert consumer.assignment() == ALL


# Kafka's leases run on real clocks, which are not to the second.
@BY_HAND
def test_a_live_members_partitions_are_not_taken_over(
    site: Site, consumer: Consumer
) -> None:
    """Each poll in time renews its lease, and until that is over nobody moves."""
    assert isinstance(site, HandSite)
    other = join(site, "b")
    settle(site, consumer, other)
    for _ in range(5):
        site.lease.advance(2)
        settle(site, consumer, other)
    assert len(other.assignment()) == 2
    site.lease.advance(4.9)
    settle(site, consumer)
    assert len(consumer.assignment()) == 2
    site.lease.advance(0.2)
    settle(site, consumer)
    assert consumer.assignment() == ALL


def test_a_zombies_commit_moves_nothing(
    site: Site, log: Log, publisher: Publisher, consumer: Consumer
) -> None:
    """Its partition went to another; that one's offsets are the group's."""
    publisher.publish([record("1"), record("2")])
    assert len(drain(consumer, 2)) == 2
    site.let_leases_end("group")
    heir = join(site, "b")
    assert values(drain(heir, 1, max_records=1)) == ["1"]
    heir.commit()
    consumer.commit()
    committed = [each.committed for each in log.admin().lag("group")]
    assert sorted(committed) == [0, 0, 0, 1]
    assert ("orders", partition_of("k", 4)) not in consumer.assignment()


def test_a_zombie_comes_back_as_a_new_member(
    site: Site, publisher: Publisher, consumer: Consumer
) -> None:
    """Its next poll joins again and forgets what it held."""
    publisher.publish([record("1")])
    drain(consumer, 1)
    site.let_leases_end("group")
    heir = join(site, "b")
    assert values(drain(heir, 1)) == ["1"]
    heir.commit()
    settle(site, consumer, heir)
    assert consumer.assignment() == {("orders", 0), ("orders", 2)}
    assert heir.assignment() == {("orders", 1), ("orders", 3)}


def test_a_lease_that_nobody_wants_is_not_lost(
    publisher: Publisher, site: Site, consumer: Consumer
) -> None:
    """A member alone in its group keeps all, and its late commit at worst is void."""
    publisher.publish([record("1")])
    drain(consumer, 1)
    site.let_leases_end("group")
    consumer.commit()
    consumer.rewind()
    again = [] if site.takes_late_commits else values(drain(consumer, 1))
    assert again in ([], ["1"])
    settle(site, consumer)
    assert consumer.assignment() == ALL


def test_a_restart_keeps_the_others_partitions(site: Site, consumer: Consumer) -> None:
    """A namesake gets the same partitions, so nobody else has to move."""
    other = join(site, "b")
    settle(site, consumer, other)
    held = consumer.assignment()
    again = join(site, "b")
    settle(site, consumer, again)
    assert consumer.assignment() == held
    assert again.assignment() == ALL - held
