"""Faults on disk are whole, shared, and counted exactly."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from common import clock
from common.conf.profile import REPOSITORY
from common.faults.file import FaultFile
from tests.common.faults.conftest import Time, fault


def test_nothing_is_on_where_there_is_no_file(file: FaultFile, time: Time) -> None:
    """Nor even a folder; and nothing is made by looking or turning off."""
    assert file.read() == []
    assert file.remove() == []
    assert file.take("FAULT-1") is False
    assert not file.path.parent.exists()


def test_what_was_added_is_read_as_it_was(file: FaultFile, time: Time) -> None:
    """Oldest first."""
    first, second = fault(times=2, reason="why"), fault(fault_id="FAULT-2", rate=0.25)
    file.add(first)
    file.add(second)
    assert file.read() == [first, second]


def test_one_or_all_are_removed(file: FaultFile, time: Time) -> None:
    """What goes is returned; when all are gone, so is the file."""
    first, second, third = (fault(fault_id=f"FAULT-{n}") for n in (1, 2, 3))
    for one in (first, second, third):
        file.add(one)
    assert file.remove("FAULT-2") == [second]
    assert file.remove("FAULT-2") == []
    assert file.remove() == [first, third]
    assert not file.path.exists()


def test_a_strike_is_taken_until_none_is_left(file: FaultFile, time: Time) -> None:
    """Then the fault is gone; another stays."""
    other = fault(fault_id="FAULT-2", times=9)
    file.add(fault(times=2))
    file.add(other)
    assert [file.take("FAULT-1") for _ in range(3)] == [True, True, False]
    assert file.read() == [other]


def test_who_was_struck_is_remembered_after_the_last_strike(
    file: FaultFile, time: Time
) -> None:
    """It is on no more, cannot be turned off, and goes when its time is over."""
    file.add(fault(times=1))
    assert [file.take("FAULT-1", who) for who in "ABA"] == [True, False, True]
    assert (file.read(), file.remove("FAULT-2")) == ([], [])
    assert file.take("FAULT-1", "A") is True
    assert file.remove() == []
    assert not file.path.exists()


def test_a_fault_whose_time_is_over_is_off(file: FaultFile, time: Time) -> None:
    """And leaves the file with the next change."""
    file.add(fault(times=1))
    time.wait(60)
    assert file.read() == []
    assert file.take("FAULT-1") is False
    later = fault(fault_id="FAULT-2", until=time.now + timedelta(seconds=1))
    file.add(later)
    assert b"FAULT-1" not in file.path.read_bytes()


@pytest.mark.timeout(60)
def test_processes_share_the_strikes_there_are(file: FaultFile) -> None:
    """Three of them reach the point 40 times each: 50 strikes are 50 in all."""
    now = clock.now()
    times = {"at": now, "until": now + timedelta(minutes=5)}
    file.add(fault("order.duplicate", times=50, **times))
    command = [sys.executable, "-m", "tests.common.faults.actor", str(file.path)]
    actors = [
        subprocess.Popen(
            [*command, "order.duplicate", "40"],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [actor.communicate(timeout=50)[0] for actor in actors]
    counts = [int(text.splitlines()[-1]) for text in said]
    assert sum(counts) == 50
    assert max(counts) <= 40
    assert not file.path.exists()
