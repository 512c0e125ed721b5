"""The rules of sharing, alone."""

from __future__ import annotations

import pytest

from common.log.sharing import NOBODY, Changes, Member, Place, changes, targets

PLACES: dict[Place, int] = {("orders", n): NOBODY for n in range(4)}


def member(identity: int, *, until: float = 105.0, topic: str = "orders") -> Member:
    """A member named after its id, with a lease of 5 s."""
    return Member(
        id=identity,
        instance=f"m{identity}",
        topics=frozenset([topic]),
        lease=5.0,
        lease_until=until,
    )


def test_targets_go_round_by_name() -> None:
    """Partition n belongs to reader n modulo their number, whatever the ids."""
    found = targets([member(2), member(1), member(3)], PLACES.keys())
    assert [found["orders", n] for n in range(4)] == [1, 2, 3, 1]


def test_a_place_nobody_reads_has_no_target() -> None:
    """Only subscribed topics are shared."""
    assert targets([member(1, topic="other")], PLACES.keys()) == {}


@pytest.mark.parametrize(
    ("until", "live"),
    [(105.0, True), (100.001, True), (100.0, False), (90.0, False), (9e6, False)],
)
def test_a_member_lives_while_its_lease_runs(until: float, *, live: bool) -> None:
    """A lease that ends long after it could is from before a reboot: over, too."""
    assert member(1, until=until).is_live(100.0) is live


def test_nothing_to_do_is_false() -> None:
    """So that a calm group costs no write; a place awaited is not one either."""
    none: frozenset[Place] = frozenset()
    assert not Changes(frozenset(), none, none, none)
    assert not Changes(frozenset(), none, none, frozenset(PLACES))
    assert Changes(frozenset([1]), none, none, none)


def test_free_places_are_claimed_by_whom_they_are_meant_for() -> None:
    """And by no other."""
    found = changes(1, [member(1), member(2)], PLACES, frozenset(), 100.0)
    assert found.claimed == {("orders", 0), ("orders", 2)}
    assert not found.dead


def test_an_owned_place_is_never_claimed() -> None:
    """Its owner lives and has to give it up by itself."""
    owners = dict.fromkeys(PLACES, 1)
    assert not changes(2, [member(1), member(2)], owners, frozenset(), 100.0)


def test_busy_places_are_awaited_and_the_others_released() -> None:
    """What is not mine any more goes, unless its records are in work."""
    owners = dict.fromkeys(PLACES, 1)
    busy = frozenset([("orders", 1)])
    found = changes(1, [member(1), member(2)], owners, busy, 100.0)
    assert found.released == {("orders", 3)}
    assert found.awaited == busy


def test_the_dead_are_buried_and_their_places_claimed() -> None:
    """A member never takes itself for dead, however late it is."""
    owners = dict.fromkeys(PLACES, 2)
    both = [member(1, until=90.0), member(2, until=90.0)]
    found = changes(1, both, owners, frozenset(), 100.0)
    assert found.dead == {2}
    assert found.claimed == PLACES.keys()
