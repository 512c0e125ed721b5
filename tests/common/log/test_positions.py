"""Where a member stands, alone."""

from __future__ import annotations

from common.log.positions import Positions, Share

A, B, C = ("t", 0), ("t", 1), ("t", 2)


def holding() -> Positions:
    """Three partitions, at offset 0."""
    positions = Positions()
    for place in (A, B, C):
        positions.take(place, 0)
    return positions


def test_shares_are_equal_and_use_the_whole_limit() -> None:
    """What a small partition leaves goes to the bigger ones."""
    shares = holding().shares({A: (0, 100), B: (0, 2), C: (0, 100)}, 20)
    assert shares == [Share(B, 0, 2), Share(A, 0, 9), Share(C, 0, 9)]


def test_partitions_without_news_get_no_share() -> None:
    """Nor do those whose range is not known."""
    assert holding().shares({A: (0, 0), B: (0, 1)}, 10) == [Share(B, 0, 1)]


def test_a_small_limit_serves_the_longest_waiting() -> None:
    """Whoever was just served stands last."""
    positions, ranges = holding(), {A: (0, 9), B: (0, 9), C: (0, 9)}
    served = []
    for _ in range(4):
        (share,) = positions.shares(ranges, 1)
        positions.advance(share.place, share.start + 1)
        served.append(share)
    assert served == [Share(A, 0, 1), Share(B, 0, 1), Share(C, 0, 1), Share(A, 1, 1)]


def test_reading_goes_on_at_the_first_offset() -> None:
    """When retention has deleted what came before."""
    assert holding().shares({A: (7, 9)}, 10) == [Share(A, 7, 2)]


def test_retiring_partitions_are_read_no_more() -> None:
    """But stay held, and their records can be committed."""
    positions = holding()
    positions.advance(A, 3)
    positions.retire(frozenset([A]))
    assert positions.shares({A: (0, 9)}, 10) == []
    assert positions.uncommitted() == {A: 3}
    assert positions.held == {A, B, C}


def test_rewind_and_commit() -> None:
    """Rewind goes back to the last commit, which is where uncommitted begins."""
    positions = holding()
    positions.advance(A, 3)
    positions.committed()
    positions.advance(A, 5)
    assert positions.uncommitted() == {A: 5}
    positions.rewind()
    assert positions.uncommitted() == {}
    assert positions.shares({A: (0, 4)}, 10) == [Share(A, 3, 1)]


def test_what_is_dropped_is_forgotten() -> None:
    """Uncommitted offsets go with it; dropping again is harmless."""
    positions = holding()
    positions.advance(A, 3)
    positions.drop([A])
    positions.drop([A])
    assert positions.held == {B, C}
    assert positions.uncommitted() == {}
