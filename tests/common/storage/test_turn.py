"""One writer at a time, be it a thread or a process, and no file left open for each."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from common.storage.turn import WriteTurn, turn_on

WAIT_S = 5


def test_threads_take_turns(tmp_path: Path) -> None:
    """The second waits until the first has given it away."""
    turn = turn_on(str(tmp_path / "x.sqlite3"))
    is_in, order = threading.Event(), []

    def other() -> None:
        is_in.set()
        with turn:
            order.append("other")

    with turn:
        thread = threading.Thread(target=other, daemon=True)
        thread.start()
        assert is_in.wait(WAIT_S)
        order.append("first")
    thread.join(WAIT_S)
    assert order == ["first", "other"]


def test_who_opened_the_file_apart_is_kept_out_too(tmp_path: Path) -> None:
    """As another process would be: a second lock on the same file waits."""
    path = str(tmp_path / "x.sqlite3")
    got_it = threading.Event()

    def other() -> None:
        with WriteTurn(path):
            got_it.set()

    with turn_on(path):
        thread = threading.Thread(target=other, daemon=True)
        thread.start()
        assert not got_it.wait(0.05)
    assert got_it.wait(WAIT_S)
    thread.join(WAIT_S)


def test_a_turn_that_failed_is_given_away(tmp_path: Path) -> None:
    """An exception in the block does not keep others out."""
    turn = turn_on(str(tmp_path / "x.sqlite3"))
    with pytest.raises(ValueError, match="mine"), turn:
        raise ValueError("mine")
    with turn:
        pass


def test_threads_that_come_and_go_leave_no_open_file(tmp_path: Path) -> None:
    """A web server's threads end when they have been idle for long."""
    path = str(tmp_path / "x.sqlite3")

    def write() -> None:
        with turn_on(path):
            pass

    write()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(WAIT_S)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
