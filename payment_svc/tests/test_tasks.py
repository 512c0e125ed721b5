"""The task that settles what is due."""

from __future__ import annotations

import pytest

from payment_svc.payments import gateway, settlement, tasks
from payment_svc.tests.toss import ScriptedToss


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many payments each look at what is due will find in hand."""
    found = [200, 3, 0]
    monkeypatch.setattr(settlement, "settle_due", lambda: found.pop(0))
    return found


def test_it_goes_on_until_nothing_is_due(rounds: list[int], toss: ScriptedToss) -> None:
    """And says how many it had in hand."""
    assert tasks.settle_payments() == 203
    assert rounds == []


def test_without_toss_there_is_nothing_to_do(rounds: list[int]) -> None:
    """The database is not even asked."""
    with gateway.remote_set_to(None):
        assert tasks.settle_payments() == 0
    assert len(rounds) == 3


def test_the_sweep_does_not_pile_up() -> None:
    """One that could not start is gone when the next is due."""
    (entry,) = tasks.BEAT.values()
    assert entry["task"] == "payments.settle"
    assert entry["options"]["expires"] == entry["schedule"].total_seconds()
