"""When Toss is left alone, and when it is tried again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs

from payment_svc.payments.gateway.remote import NotDone
from payment_svc.payments.gateway.toss import counts
from payment_svc.payments.gateway.toss.breaker import Breaker

RESET_S = 5


@dataclass
class Hands:
    """The clock that the breaker looks at."""

    now: float = 1000.0


@pytest.fixture(autouse=True)
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """It stands still until a test moves it."""
    found = Hands()
    monkeypatch.setattr("circuitbreaker.monotonic", lambda: found.now)
    return found


def is_failure(outcome: str) -> bool:
    """What these tests take for one."""
    return outcome == "down"


def says(outcome: str) -> Callable[[], str]:
    """A call with this outcome."""
    return lambda: outcome


def opened() -> Breaker:
    """A breaker after five failures in a row."""
    breaker = Breaker(RESET_S, is_failure)
    for _ in range(5):
        assert breaker.call(says("down")) == "down"
    return breaker


def gauge() -> float:
    """What `/metrics` says."""
    (metric,) = counts.circuit_open.collect()
    (sample,) = metric.samples
    return sample.value


def test_five_failures_in_a_row_open_it() -> None:
    """Then nothing is called, and surely nothing was done."""
    breaker = opened()
    called: list[str] = []
    with pytest.raises(NotDone) as error:
        breaker.call(lambda: called.append("x"))
    assert error.value.code == "CIRCUIT_OPEN"
    assert error.value.message.endswith("is left alone for a few seconds.")
    assert called == []
    assert gauge() == 1


def test_one_success_begins_the_count_anew() -> None:
    """A clear no is a success: Toss is at work."""
    breaker = Breaker(RESET_S, is_failure)
    for outcome in ["down"] * 4 + ["no"] + ["down"] * 4:
        breaker.call(says(outcome))
    assert not breaker.is_open
    assert gauge() == 0


def test_after_a_while_a_success_closes_it(hands: Hands) -> None:
    """For good: it takes five failures again."""
    breaker = opened()
    hands.now += RESET_S
    assert breaker.call(says("ok")) == "ok"
    for _ in range(4):
        breaker.call(says("down"))
    assert not breaker.is_open


def test_after_a_while_a_failure_opens_it_again(hands: Hands) -> None:
    """One is enough then."""
    breaker = opened()
    hands.now += RESET_S
    breaker.call(says("down"))
    assert breaker.is_open
    hands.now += RESET_S - 1
    with pytest.raises(NotDone):
        breaker.call(says("ok"))


def test_a_toss_that_comes_back_is_met_by_one(hands: Hands) -> None:
    """While it is tried, the others are turned away without waiting."""
    breaker = opened()
    hands.now += RESET_S
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert go_on.wait(20)
        return "ok"

    with ThreadPoolExecutor(1) as elsewhere:
        trial = elsewhere.submit(breaker.call, slow)
        assert begun.wait(20)
        with pytest.raises(NotDone):
            breaker.call(says("ok"))
        go_on.set()
        assert trial.result(20) == "ok"
    assert breaker.call(says("ok")) == "ok"


def test_a_slow_call_holds_up_no_other() -> None:
    """Closed, it has no lock that is held during a call."""
    breaker = Breaker(RESET_S, is_failure)
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert go_on.wait(20)
        return "ok"

    with ThreadPoolExecutor(1) as elsewhere:
        first = elsewhere.submit(breaker.call, slow)
        assert begun.wait(20)
        assert breaker.call(says("ok")) == "ok"
        assert not first.done()
        go_on.set()
        assert first.result(20) == "ok"


def test_a_mistake_of_ours_is_not_tosss(hands: Hands) -> None:
    """It is raised as it is, the trial is over, and nothing is held against Toss."""
    breaker = opened()
    hands.now += RESET_S

    def wrong() -> str:
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        breaker.call(wrong)
    assert breaker.call(says("ok")) == "ok"


def test_each_change_is_logged_once(hands: Hands) -> None:
    """Whoever brought it about."""
    with capture_logs() as lines:
        breaker = opened()
        for _ in range(3):
            with pytest.raises(NotDone):
                breaker.call(says("ok"))
        hands.now += RESET_S
        for _ in range(3):
            breaker.call(says("ok"))
    assert [(line["before"], line["now"]) for line in lines] == [
        ("closed", "open"),
        ("open", "closed"),
    ]
    assert {line["event"] for line in lines} == {"toss.circuit"}
