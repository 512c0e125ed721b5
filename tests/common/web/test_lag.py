"""The lag of the service's group is asked of the log, and never waited for long."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from common.log.port import LogUnavailable
from common.web import lag
from common.web.lag import Standing, Watch
from tests.common.web.test_health import log_is
from tests.common.web.test_metrics import lines

pytestmark = pytest.mark.django_db


class Clock:
    """Time stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def answers(*said: int) -> Callable[[], Standing]:
    """A log that says these numbers of members, one after the other."""
    rest = iter(said)
    return lambda: Standing(lag={}, members=next(rest))


def test_the_lag_is_told_by_topic(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partitions of a topic together, and how many workers there are."""
    log_is(monkeypatch, members=3)
    monkeypatch.setattr(lag, "_watch", Watch(lag.standing))
    found = lines(client)
    assert found["event_log_up"] == 1
    assert found['consumer_lag_messages{topic="a"}'] == 5
    assert found['consumer_lag_messages{topic="b"}'] == 2
    assert found["consumer_group_members"] == 3


def test_a_log_that_is_away_is_told_and_nothing_guessed(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No lag is not a lag of 0."""
    log_is(monkeypatch, away=True)

    def away() -> Standing:
        raise LogUnavailable("the broker is gone")

    monkeypatch.setattr(lag, "_watch", Watch(away))
    found = lines(client)
    assert found["event_log_up"] == 0
    assert not any(name.startswith("consumer_") for name in found)
    assert found["outbox_pending_messages"] == 0


def test_an_answer_is_kept_a_while() -> None:
    """Two watchers in the same seconds cost the log one question."""
    clock = Clock()
    watch = Watch(answers(1, 2), keep=5, clock=clock)
    assert watch.look() == Standing(lag={}, members=1)
    clock.now = 4.9
    assert watch.look() == Standing(lag={}, members=1)
    clock.now = 5
    assert watch.look() == Standing(lag={}, members=2)


def test_a_log_that_hangs_is_asked_once() -> None:
    """Scrape after scrape gives up, and no thread is added; then the log answers."""
    clock, release, asked = Clock(), threading.Event(), []

    def hang() -> Standing:
        asked.append(threading.current_thread())
        assert release.wait(10)
        return Standing(lag={}, members=len(asked))

    watch = Watch(hang, limit=0.01, clock=clock)
    for second in (0, 15, 30):
        clock.now = second
        assert watch.look() is None
    assert len(asked) == 1
    release.set()
    asked[0].join(5)
    # What it said at last is from the first scrape, so it is asked anew.
    watch._limit = 5
    assert watch.look() == Standing(lag={}, members=2)


def test_a_failed_question_is_asked_again_later() -> None:
    """Not at once, and not never."""
    clock, fails = Clock(), [True, False]

    def ask() -> Standing:
        if fails.pop(0):
            raise LogUnavailable("away")
        return Standing(lag={}, members=1)

    watch = Watch(ask, keep=5, clock=clock)
    assert watch.look() is None
    assert watch.look() is None
    assert len(fails) == 1
    clock.now = 5
    assert watch.look() == Standing(lag={}, members=1)
