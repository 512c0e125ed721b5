"""Waiting until a payment is settled."""

from __future__ import annotations

import threading

import pytest

from payment_svc.payments.settlement import awaited


def test_what_is_so_is_not_waited_for() -> None:
    """Not even for no time at all."""
    assert awaited.wait_until("PAY-1", lambda: True, 0)


def test_what_never_is_so_is_given_up() -> None:
    """When the time is up, and nothing of the wait is left."""
    assert not awaited.wait_until("PAY-1", lambda: False, 0.01)
    assert not awaited._waiting


def test_who_waits_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the announcement in this process, long before the next look."""
    monkeypatch.setattr(awaited, "LOOK_EVERY_S", 20)
    looked, settled = threading.Event(), threading.Event()
    found: list[bool] = []

    def is_so() -> bool:
        looked.set()
        return settled.is_set()

    def wait() -> None:
        found.append(awaited.wait_until("PAY-1", is_so, 20))

    thread = threading.Thread(target=wait)
    thread.start()
    assert looked.wait(10)
    settled.set()
    while thread.is_alive():
        # Again: the waiter may have looked and not yet gone to sleep.
        awaited.announce("PAY-1")
        thread.join(0.01)
    assert found == [True]
    assert not awaited._waiting


def test_another_process_is_noticed_by_looking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody announces it here."""
    monkeypatch.setattr(awaited, "LOOK_EVERY_S", 0.001)
    answers = iter([False, False, True])
    assert awaited.wait_until("PAY-1", lambda: next(answers), 20)


def test_announcing_to_nobody_leaves_nothing() -> None:
    """Payments come and go; the table of who waits does not grow."""
    awaited.announce("PAY-1")
    assert not awaited._waiting


def test_the_wait_is_over_also_when_the_look_fails() -> None:
    """Nothing of it is left."""

    def broken() -> bool:
        raise KeyError

    with pytest.raises(KeyError):
        awaited.wait_until("PAY-1", broken, 1)
    assert not awaited._waiting
