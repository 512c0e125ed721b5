"""The bridge's thread waits out what it needs, and its pulse tells which."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from common import pulse
from common.log.port import LogUnavailable
from common.worker import bridge_thread
from common.worker.bridge_thread import BridgeThread
from compose.local.supervision import wait_until


class FakeConsumer:
    """A member that can only be rewound."""

    def rewind(self) -> None:
        """Nothing was polled."""


class FakeBridge:
    """A bridge whose turns end as the test says; at most one is under way."""

    def __init__(self) -> None:
        self.consumer = FakeConsumer()
        self.fails_with: Exception | None = None
        self.turns = 0
        self.caught_up = 0
        self.closed = False
        self._wake = threading.Event()

    def run_once(self, timeout: float) -> int:
        """One turn."""
        self.turns += 1
        self._wake.wait(0.01)
        if self.fails_with:
            raise self.fails_with
        return 0

    def catch_up(self) -> None:
        """What an outage left is published."""
        if self.fails_with:
            raise self.fails_with
        self.caught_up += 1

    def stop(self) -> None:
        """The turn under way ends."""
        self._wake.set()

    def close(self) -> None:
        """The group is left."""
        self.closed = True


@pytest.fixture
def bridge() -> FakeBridge:
    """One that works."""
    return FakeBridge()


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The pulse's file; every turn is written."""
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setattr(pulse, "WRITE_EVERY_S", 0.0)
    return pulse.pulse_file(settings.WORKER_NAME)


@pytest.fixture
def start(
    bridge: FakeBridge, path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], BridgeThread]]:
    """Starts the thread; at the end it is stopped and has left the group."""
    monkeypatch.setattr(bridge_thread, "join", lambda: bridge)
    started: list[BridgeThread] = []

    def begin() -> BridgeThread:
        thread = BridgeThread()
        thread.start()
        started.append(thread)
        return thread

    yield begin
    for thread in started:
        thread.stop()
        thread.join(5)
        assert not thread.is_alive()
        assert bridge.closed


def test_a_bridge_that_turns_is_alive_and_has_joined(
    start: Callable[[], BridgeThread], path: Path
) -> None:
    """Both checks of a container find it well."""
    start()
    assert wait_until(path.exists, 5)
    assert pulse.complaint(path, 30, must_work=True) == ""


def test_a_bridge_without_its_log_lives_and_waits(
    start: Callable[[], BridgeThread], bridge: FakeBridge, path: Path
) -> None:
    """A restart would mend nothing; when the log is back, it works."""
    bridge.fails_with = LogUnavailable("the broker is gone")
    start()
    assert wait_until(path.exists, 5)
    assert pulse.complaint(path, 30) == ""
    waits = pulse.complaint(path, 30, must_work=True)
    assert waits == "waiting: the broker is gone"
    assert bridge.caught_up == 0
    bridge.fails_with = None
    assert wait_until(lambda: pulse.complaint(path, 30, must_work=True) == "", 5)
    assert bridge.caught_up == 1


def test_a_pulse_that_cannot_be_written_stops_no_work(
    start: Callable[[], BridgeThread], bridge: FakeBridge, path: Path
) -> None:
    """The check fails by itself then, since nothing new is there."""
    path.parent.write_text("a file where the folder should be")
    start()
    assert wait_until(lambda: bridge.turns > 3, 5)
