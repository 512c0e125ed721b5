"""The check of a container says what is wrong, and nothing when all is well."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from common.pulse import Pulse, pulse_file
from compose.local import probe
from compose.local.stack import Stack


@pytest.fixture
def pulse(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Pulse:
    """That of the worker w1, which has not beaten yet."""
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setenv("WORKER_NAME", "w1")
    return Pulse(pulse_file("w1"))


def test_a_web_process_is_asked_whether_it_can_serve(running: Stack) -> None:
    """On this machine's own address, wherever it listens."""
    assert probe.main(["web", str(running.processes[0].port)]) == ""


def test_a_web_process_that_is_not_there_is_not_well() -> None:
    """Its port is named."""
    assert probe.main(["web", "9"]).startswith("/readyz on port 9 does not answer")


def test_a_worker_that_works_lives_and_has_joined(pulse: Pulse) -> None:
    """By its package's name, or its own."""
    pulse.beat()
    assert probe.main(["worker", "order_svc"]) == ""
    assert probe.main(["joined", "order"]) == ""


def test_a_worker_that_waits_lives_only(pulse: Pulse) -> None:
    """What it waits for is said."""
    pulse.beat("waiting: the log is away")
    assert probe.main(["worker", "order_svc"]) == ""
    assert probe.main(["joined", "order_svc"]) == "waiting: the log is away"


@pytest.mark.parametrize(
    ("kind", "age", "well"),
    [("worker", 59, True), ("worker", 62, False), ("joined", 29, True)],
)
def test_a_worker_may_be_silent_for_so_long(
    pulse: Pulse, kind: str, age: float, well: bool
) -> None:
    """As long as its database may hold it up; longer means that it hangs."""
    Pulse(pulse_file("w1"), lambda: time.time() - age).beat()
    assert (probe.main([kind, "order_svc"]) == "") is well


def test_a_worker_that_has_not_begun_is_not_well(pulse: Pulse) -> None:
    """Its container is starting still."""
    assert "there is no pulse" in probe.main(["worker", "order_svc"])
