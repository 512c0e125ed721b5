"""A fault strikes while its time lasts and while it has strikes left."""

from __future__ import annotations

from datetime import timedelta

import pytest

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
    assert fault(times=3).struck() == fault(times=2)
    assert fault(times=None).struck() == fault(times=None)
