"""A unit is kept as a whole or not at all, and runs again when it met somebody."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError

from common.messaging.models import InboxMessage
from common.storage import durable
from common.storage.transactions import Conflict, atomic, run_atomically
from tests.common.storage.backends import only_on
from tests.common.storage.counter import count_up, make_counter, value_of
from tests.common.storage.rows import inbox_row

pytestmark = pytest.mark.django_db(transaction=True)


class Unlucky(Exception):
    """What goes wrong in these tests."""


def _write_and_fail() -> None:
    with atomic():
        inbox_row("m1").save(force_insert=True)
        raise Unlucky


def _write_inside_and_fail() -> None:
    with atomic():
        with atomic():
            inbox_row("m1").save(force_insert=True)
        raise Unlucky


def test_an_exception_keeps_nothing() -> None:
    """What the block wrote is gone when an exception leaves it."""
    with pytest.raises(Unlucky):
        _write_and_fail()
    assert not InboxMessage.objects.exists()


def test_a_block_inside_joins_the_outer_one() -> None:
    """The inner block's rows fall with the outer block."""
    with pytest.raises(Unlucky):
        _write_inside_and_fail()
    assert not InboxMessage.objects.exists()


def test_a_conflict_runs_the_unit_again_from_the_start() -> None:
    """The first try leaves nothing, the second is kept."""
    tries: list[int] = []

    def unit() -> str:
        tries.append(1)
        inbox_row(f"m{len(tries)}").save(force_insert=True)
        if len(tries) == 1:
            raise Conflict("somebody was first")
        return "kept"

    assert run_atomically(unit) == "kept"
    assert list(InboxMessage.objects.values_list("message_id", flat=True)) == ["m2"]


@pytest.mark.parametrize("error", [Conflict, IntegrityError])
def test_a_unit_that_always_conflicts_gives_up_with_that_error(
    error: type[Exception],
) -> None:
    """After eight tries the error is the caller's."""
    tries: list[int] = []

    def unit() -> None:
        tries.append(1)
        raise error("again")

    with pytest.raises(error):
        run_atomically(unit)
    assert len(tries) == 8


def test_an_error_that_will_not_pass_is_not_tried_again() -> None:
    """A missing table does not appear by waiting."""
    tries: list[int] = []

    def unit() -> None:
        tries.append(1)
        raise OperationalError("no such table")

    with pytest.raises(OperationalError):
        run_atomically(unit)
    assert len(tries) == 1


def test_a_unit_within_a_unit_leaves_running_again_to_the_outer_one() -> None:
    """Only the whole can run again: the inner conflict passes through."""
    inner: list[int] = []
    outer: list[int] = []

    def inner_unit() -> None:
        inner.append(1)
        if len(inner) == 1:
            raise Conflict("inside")

    def outer_unit() -> None:
        outer.append(1)
        run_atomically(inner_unit)

    run_atomically(outer_unit)
    assert (len(outer), len(inner)) == (2, 2)


@pytest.fixture
def syncs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The syncs of the disk, as they happen."""
    seen: list[int] = []
    monkeypatch.setattr(durable, "_sync_data", seen.append)
    return seen


@only_on("sqlite")
def test_a_unit_that_was_kept_is_on_disk(syncs: list[int]) -> None:
    """One sync, after the commit."""
    run_atomically(lambda: inbox_row("m1").save(force_insert=True))
    assert len(syncs) == 1
    with atomic():
        inbox_row("m2").save(force_insert=True)
    assert len(syncs) == 2


@only_on("sqlite")
def test_a_note_that_may_be_lost_waits_for_no_disk(syncs: list[int]) -> None:
    """It is kept all the same, unless the power fails."""
    with atomic(durable=False):
        inbox_row("m1").save(force_insert=True)
    assert syncs == []
    assert InboxMessage.objects.count() == 1


@only_on("sqlite")
def test_what_failed_needs_no_disk(syncs: list[int]) -> None:
    """Nothing was kept."""
    with pytest.raises(Unlucky):
        _write_and_fail()
    assert syncs == []


@only_on("sqlite")
@pytest.mark.slow
def test_processes_that_read_and_write_one_row_lose_no_update(tmp_path: Path) -> None:
    """Four processes add 100 each under the write turn: 400 in the end."""
    path = str(tmp_path / "counter.sqlite3")
    make_counter(path)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=count_up, args=(path, 100)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    assert value_of(path) == 400
