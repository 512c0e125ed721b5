"""A fault strikes while its time lasts and while it has strikes left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.faults.record import MOST_REMEMBERED
from tests.common.faults.conftest import NOON, fault


@pytest.mark.parametrize(
    ("times", "seconds", "on"),
    [(None, 0, True), (1, 59, True), (0, 0, False), (None, 60, False)],
)
def test_a_fault_is_on(*, times: int | None, seconds: int, on: bool) -> None:
    """Until its end, which does not belong to it."""
    moment = NOON + timedelta(seconds=seconds)
    assert fault(times=times).is_on(moment) is on


def test_a_strike_leaves_one_less() -> None:
    """Of what is counted; all else is as it was."""
    assert fault(times=3).after_striking() == fault(times=2)
    assert fault(times=None).after_striking() == fault(times=None)


def test_only_so_many_are_remembered() -> None:
    """The last ones: whoever comes again comes soon."""
    struck = fault(times=MOST_REMEMBERED + 2)
    for number in range(MOST_REMEMBERED + 1):
        struck = struck.after_striking(f"ORD-{number}")
    assert (struck.times, len(struck.struck)) == (1, MOST_REMEMBERED)
    assert struck.has_struck(f"ORD-{MOST_REMEMBERED}")
    assert not struck.has_struck("ORD-0")


def test_nobody_was_struck_by_name_where_none_is_told() -> None:
    """A point that is reached for nobody in particular is reached anew each time."""
    assert fault(times=3).after_striking("").has_struck("") is False
