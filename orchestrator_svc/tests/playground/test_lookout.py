"""Looking at the services once a second, and remembering what they said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from common.web.peers import NoAnswer
from orchestrator_svc.playground.lookout import EVERY_S, RUNS_KEPT, Lookout


class Watch:
    """A time that a test moves on, and services that count how often they are asked."""

    def __init__(self) -> None:
        self.time = 0.0
        self.asked = 0
        self.is_silent = False
        self.lookout = Lookout(lambda: self.time)

    def look(self, run_id: str = "PLAY-1") -> Any:
        """What is seen now."""
        return self.lookout.look(run_id, self.asks)

    def asks(self) -> Mapping[str, Callable[[], Any]]:
        """The services: one that may be silent."""
        return {"sagas": dict, "held": self.held}

    def held(self) -> Mapping[str, int]:
        """How often it was asked."""
        if self.is_silent:
            raise NoAnswer("inventory")
        self.asked += 1
        return {"a": self.asked}


def test_many_who_watch_are_one_who_asks() -> None:
    """Until a second has passed."""
    watch = Watch()
    assert [watch.look().held, watch.look().held] == [{"a": 1}, {"a": 1}]
    watch.time += EVERY_S
    assert watch.look().held == {"a": 2}


def test_each_run_is_looked_at() -> None:
    """They have nothing in common."""
    watch = Watch()
    watch.look("PLAY-1")
    assert watch.look("PLAY-2").held == {"a": 2}


def test_what_a_silent_service_said_stays() -> None:
    """And that it is of before."""
    watch = Watch()
    watch.look()
    watch.is_silent = True
    watch.time += EVERY_S
    assert (watch.look().held, watch.look().silent) == ({"a": 1}, ("inventory",))
    watch.is_silent = False
    watch.time += EVERY_S
    assert (watch.look().held, watch.look().silent) == ({"a": 2}, ())


def test_a_service_that_never_answered() -> None:
    """Has said nothing."""
    watch = Watch()
    watch.is_silent = True
    assert (watch.look().held, watch.look().silent) == ({}, ("inventory",))


def test_only_the_latest_runs_are_kept() -> None:
    """However many are looked at."""
    watch = Watch()
    for number in range(RUNS_KEPT + 5):
        watch.look(f"PLAY-{number}")
    assert len(watch.lookout._kept) == RUNS_KEPT
