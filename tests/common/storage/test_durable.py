"""One sync serves many, and never serves who came too late for it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from common.storage import durable
from common.storage.durable import GroupSync

WAIT_S = 5


class SlowDisk:
    """A stand-in for the sync of a file: each one waits until it is let go."""

    def __init__(self) -> None:
        self.syncs = 0
        self.started = threading.Semaphore(0)
        self.let_go = threading.Semaphore(0)

    def sync(self, handle: int) -> None:
        """Count, and wait."""
        self.syncs += 1
        self.started.release()
        assert self.let_go.acquire(timeout=WAIT_S)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> SlowDisk:
    """The disk that the code under test syncs."""
    disk = SlowDisk()
    monkeypatch.setattr(durable, "_sync_data", disk.sync)
    return disk


def in_threads(group: GroupSync, count: int) -> list[threading.Thread]:
    """Threads that each ask for a sync."""
    threads = [threading.Thread(target=group.sync, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_those_who_wait_during_a_sync_share_the_next(
    disk: SlowDisk, tmp_path: Path
) -> None:
    """One at work and twenty waiting make two syncs, not twenty-one."""
    path = tmp_path / "x-wal"
    path.touch()
    group = GroupSync(str(path))
    threads = in_threads(group, 1)
    assert disk.started.acquire(timeout=WAIT_S)
    threads += in_threads(group, 20)
    while group._asked < 21:
        threading.Event().wait(0.001)
    disk.let_go.release(2)
    for thread in threads:
        thread.join(WAIT_S)
    assert not any(thread.is_alive() for thread in threads)
    assert disk.syncs == 2


def test_a_sync_under_way_does_not_count_for_a_latecomer(
    disk: SlowDisk, tmp_path: Path
) -> None:
    """Its data may have been written after that sync began."""
    path = tmp_path / "x-wal"
    path.touch()
    group = GroupSync(str(path))
    (first,) = in_threads(group, 1)
    assert disk.started.acquire(timeout=WAIT_S)
    (late,) = in_threads(group, 1)
    while group._asked < 2:
        threading.Event().wait(0.001)
    disk.let_go.release()
    first.join(WAIT_S)
    assert disk.started.acquire(timeout=WAIT_S)
    assert late.is_alive()
    disk.let_go.release()
    late.join(WAIT_S)
    assert not late.is_alive()


def test_a_disk_that_fails_is_not_taken_for_done(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The error is the caller's, and the next one tries anew."""
    path = tmp_path / "x-wal"
    path.touch()
    failures = [OSError("no space left"), None]

    def sync(handle: int) -> None:
        if failure := failures.pop(0):
            raise failure

    monkeypatch.setattr(durable, "_sync_data", sync)
    group = GroupSync(str(path))
    with pytest.raises(OSError, match="no space left"):
        group.sync()
    group.sync()
    assert failures == []


def test_a_log_that_is_gone_needs_no_sync(tmp_path: Path) -> None:
    """SQLite removes it only once the database itself is synced."""
    GroupSync(str(tmp_path / "none-wal")).sync()
