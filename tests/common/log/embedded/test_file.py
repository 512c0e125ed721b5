"""The file: where it is, who may read it, and what happens when it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from common.log.embedded import EmbeddedLog, store
from common.log.embedded.store import Store
from common.log.port import LogError, LogUnavailable, TopicSpec
from tests.common.log.site import drain, record, values


def test_the_file_and_its_folder_are_made(path: Path, log: EmbeddedLog) -> None:
    """Only its owner can read what is in it, the journal too."""
    log.publisher().publish([record("x")])
    modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert modes == dict.fromkeys(
        ["log.db", "log.db-wal", "log.db-shm", "log.db.lock"], 0o600
    )


def test_a_publisher_waits_for_the_disk(path: Path, log: EmbeddedLog) -> None:
    """Its connection syncs each commit (2 is FULL); a consumer's need not (1)."""
    publisher = log.publisher()._connection
    consumer = log.consumer("group", ["orders"], "a")._connection
    assert publisher.execute("PRAGMA synchronous").fetchone() == (2,)
    assert publisher.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert consumer.execute("PRAGMA synchronous").fetchone() == (1,)


def test_a_publish_that_fails_leaves_nothing(path: Path, log: EmbeddedLog) -> None:
    """A full disk is LogUnavailable; with space again the same publisher goes on."""
    publisher = log.publisher()
    connection = publisher._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LogUnavailable, match=r"is full.*has space"):
        publisher.publish([record(b"x" * 500_000)] * 3)
    connection.execute("PRAGMA max_page_count = 1000000")
    publisher.publish([record("next")])
    assert sum(each.next_offset for each in log.admin().partitions()) == 1


def test_a_log_locked_by_another_program_is_unavailable(
    path: Path, log: EmbeddedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while the publisher gives up with a sentence."""
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)
    publisher = log.publisher()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailable, match="database is locked"):
            publisher.publish([record("x")])
    publisher.publish([record("x")])


def test_a_removed_log_is_not_written_to(path: Path, log: EmbeddedLog) -> None:
    """Records would be lost with the file; ping finds it out as well."""
    publisher, admin = log.publisher(), log.admin()
    path.unlink()
    with pytest.raises(LogUnavailable, match="No such file"):
        publisher.publish([record("x")])
    with pytest.raises(LogUnavailable, match="No such file"):
        admin.ping()


def test_a_replaced_log_is_not_written_to(path: Path, log: EmbeddedLog) -> None:
    """Nor is the old one that only this process still sees."""
    publisher = log.publisher()
    path.rename(path.with_name("old.db"))
    path.touch()
    with pytest.raises(LogUnavailable, match="replaced by another file; restart"):
        publisher.publish([record("x")])


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    """The sentence names the path."""
    (tmp_path / "file").touch()
    with pytest.raises(LogUnavailable, match=r"file/log\.db cannot be used: .*exists"):
        EmbeddedLog(str(tmp_path / "file" / "log.db")).admin()


def test_another_file_is_not_taken_for_a_log(tmp_path: Path) -> None:
    """A text file stays what it is."""
    path = tmp_path / "log.db"
    path.write_text("not a database, " * 100)
    with pytest.raises(LogUnavailable, match="file is not a database"):
        EmbeddedLog(str(path)).admin()
    assert path.read_text().startswith("not a database")


def test_a_file_of_a_later_version_is_refused(path: Path, log: EmbeddedLog) -> None:
    """The sentence says which format this program reads."""
    log.close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 9")
    with pytest.raises(LogError, match="has format 9, this program reads format 1"):
        log.admin()


def test_a_forked_process_must_open_its_own(path: Path, log: EmbeddedLog) -> None:
    """Connections and locks do not survive a fork, so their use is refused."""
    opened = Store(str(path))
    opened._pid = os.getpid() + 1
    with pytest.raises(LogError, match="opened before this process was forked"):
        opened.connect(durable=True)
    opened.close()


def test_threads_share_a_publisher(log: EmbeddedLog) -> None:
    """Each batch is whole, whoever sent it."""
    publisher = log.publisher()

    def work(name: str) -> None:
        for n in range(20):
            publisher.publish([record(f"{name}:{n}", name)] * 3)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    consumer = log.consumer("group", ["orders"], "a")
    found = values(drain(consumer, 240))
    for name in "abcd":
        mine = [value for value in found if value.startswith(name)]
        assert mine == [f"{name}:{n}" for n in range(20) for _ in range(3)]


def test_many_open_the_same_new_log_at_once(path: Path) -> None:
    """One makes the tables, the others find them."""
    logs = [EmbeddedLog(str(path)) for _ in range(8)]
    spec = TopicSpec(name="orders")
    threads = [
        threading.Thread(target=lambda log=log: log.admin().ensure_topics([spec]))
        for log in logs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(log.admin().partitions()) for log in logs] == [8] * 8
    for log in logs:
        log.close()


def test_large_records_end_a_batch_early(
    log: EmbeddedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded by bytes as well; the rest comes with the next polls."""
    monkeypatch.setattr("common.log.embedded.consumer.BATCH_BYTES", 1000)
    consumer = log.consumer("group", ["orders"], "a")
    log.publisher().publish([record(b"x" * 400) for _ in range(5)])
    sizes = [len(consumer.poll(0)) for _ in range(3)]
    assert sizes == [3, 2, 0]


def test_what_was_closed_can_be_opened_again(path: Path, log: EmbeddedLog) -> None:
    """Records and offsets are in the file."""
    log.publisher().publish([record("1")])
    log.close()
    log.close()
    consumer = log.consumer("group", ["orders"], "a")
    assert values(drain(consumer, 1)) == ["1"]


def test_a_failed_read_counts_as_not_polled(log: EmbeddedLog) -> None:
    """What an error interrupted comes with the next poll."""
    log.publisher().publish([record(f"{n}", f"{n}") for n in range(10)])
    consumer = log.consumer("group", ["orders"], "a")
    original = consumer._read
    calls = iter([False, True])

    def failing(share: object) -> object:
        if next(calls, False):
            raise sqlite3.OperationalError("disk I/O error")
        return original(share)  # type: ignore[arg-type]

    consumer._read = failing  # type: ignore[assignment,method-assign]
    with pytest.raises(LogUnavailable, match="disk I/O error"):
        consumer.poll(0)
    assert consumer._positions.uncommitted() == {}
    assert len(drain(consumer, 10)) == 10
