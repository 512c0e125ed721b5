"""Who waits is taken along; who fails, fails alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest

from common.storage.combining import Combiner

WAIT_S = 5
name: ContextVar[str] = ContextVar("name", default="nobody")


class Transactions:
    """Stands in for the database: counts transactions, and can hold the first one."""

    def __init__(self) -> None:
        self.count = 0
        self.first_is_in = threading.Event()
        self.go_on = threading.Event()

    def run(self, unit: Callable[[], Any]) -> Any:
        """One transaction."""
        self.count += 1
        if self.count == 1:
            self.first_is_in.set()
            assert self.go_on.wait(WAIT_S)
        return unit()


class Crowd:
    """Threads that run units through one combiner while the first one is held."""

    def __init__(self) -> None:
        self.transactions = Transactions()
        self.combiner = Combiner(self.transactions.run)
        self.outcomes: dict[int, Any] = {}

    def run(self, units: list[Callable[[], Any]]) -> dict[int, Any]:
        """Let all of them in, the first one first; their values or errors by number."""
        threads = [
            threading.Thread(target=self._one, args=(number, unit), daemon=True)
            for number, unit in enumerate(units)
        ]
        threads[0].start()
        assert self.transactions.first_is_in.wait(WAIT_S)
        for thread in threads[1:]:
            thread.start()
        while len(self.combiner._waiting) < len(units) - 1:
            threading.Event().wait(0.001)
        self.transactions.go_on.set()
        for thread in threads:
            thread.join(WAIT_S)
        return self.outcomes

    def _one(self, number: int, unit: Callable[[], Any]) -> None:
        try:
            self.outcomes[number] = self.combiner.run(unit)
        except ValueError as error:
            self.outcomes[number] = str(error)


def giving(value: Any) -> Callable[[], Any]:
    """A unit that returns this."""
    return lambda: value


def failing() -> Any:
    """A unit that fails."""
    raise ValueError("mine")


def test_those_who_wait_share_one_transaction() -> None:
    """The first runs alone, the twenty that came meanwhile together."""
    crowd = Crowd()
    assert crowd.run([giving(number) for number in range(21)]) == {
        number: number for number in range(21)
    }
    assert crowd.transactions.count == 2


def test_a_unit_that_fails_does_not_take_others_along() -> None:
    """Together they fail, so each runs alone, and only the bad one is told."""
    crowd = Crowd()
    outcomes = crowd.run([giving("a"), giving("b"), failing, giving("d")])
    assert outcomes == {0: "a", 1: "b", 2: "mine", 3: "d"}
    assert crowd.transactions.count == 1 + 1 + 3


def test_a_unit_sees_its_own_context_whoever_runs_it() -> None:
    """The request id of an audit entry is that of the request."""
    seen: list[str] = []
    combiner = Combiner(lambda unit: unit())
    token = name.set("ann")
    try:
        combiner.run(lambda: seen.append(name.get()))
    finally:
        name.reset(token)
    assert seen == ["ann"]


def test_an_error_alone_is_raised_where_it_was_asked() -> None:
    """Nothing is swallowed."""
    with pytest.raises(ValueError, match="mine"):
        Combiner(lambda unit: unit()).run(failing)
