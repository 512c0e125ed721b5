"""The log is asked one question at a time, and none while it is away."""

from __future__ import annotations

import threading

import pytest

from common.log.memory import MemoryLog
from common.log.port import Admin, Log, LogUnavailable
from common.log_pages.source import Source
from tests.common.log.site import HandClock


def away(admin: Admin) -> None:
    """A question to a log that is away."""
    raise LogUnavailable("nobody answers")


def test_it_is_opened_with_the_first_question() -> None:
    """Once."""
    opened: list[Log] = []

    def open_log() -> Log:
        opened.append(MemoryLog())
        return opened[-1]

    source = Source(open_log)
    assert opened == []
    assert source.ask(lambda admin: len(admin.brokers())) == 1
    source.ask(lambda admin: admin.ping())
    assert len(opened) == 1


def test_one_that_is_away_is_left_in_peace_for_a_while() -> None:
    """What it said last is said again, without asking."""
    clock, asked = HandClock(0), []

    def question(admin: Admin) -> int:
        asked.append(admin)
        return 7

    source = Source(MemoryLog, rest=3, clock=clock)
    with pytest.raises(LogUnavailable, match="nobody answers"):
        source.ask(away)
    clock.advance(2.9)
    with pytest.raises(LogUnavailable, match="nobody answers"):
        source.ask(question)
    assert asked == []
    clock.advance(0.2)
    assert source.ask(question) == 7
    assert source.ask(question) == 7


def test_one_that_cannot_be_opened_is_tried_again() -> None:
    """It is only away."""
    clock, tries = HandClock(0), []

    def open_log() -> Log:
        tries.append(1)
        if len(tries) == 1:
            raise LogUnavailable("no such file")
        return MemoryLog()

    source = Source(open_log, rest=3, clock=clock)
    with pytest.raises(LogUnavailable, match="no such file"):
        source.ask(away)
    clock.advance(3)
    assert source.ask(lambda admin: list(admin.groups())) == []


def test_nobody_waits_for_ever_behind_another() -> None:
    """A long question ends other people's patience, and they are told."""
    source = Source(MemoryLog, wait=0.01)
    begun, done = threading.Event(), threading.Event()

    def long_one(admin: Admin) -> None:
        begun.set()
        assert done.wait(10)

    thread = threading.Thread(target=source.ask, args=(long_one,))
    thread.start()
    try:
        assert begun.wait(10)
        with pytest.raises(LogUnavailable, match="busy"):
            source.ask(away)
    finally:
        done.set()
        thread.join()
    source.ask(lambda admin: admin.ping())
