"""What the tests of the faults share: a folder, a clock and a watch of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from common import clock
from common.faults import injection, services
from common.faults.file import FaultFile
from common.faults.record import Action, Fault

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
MakeFault = Callable[..., Fault]


@dataclass(slots=True)
class Time:
    """Time that passes when told to: of the wall, and of a process."""

    now: datetime = NOON
    ticks: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        """Let it pass."""
        self.now += timedelta(seconds=seconds)
        self.ticks += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Time]:
    """Stands still at noon; what sleeps is noted."""
    still = Time()
    monkeypatch.setattr("common.faults.injection.time.sleep", still.slept.append)
    with clock.clock_set_to(lambda: still.now):
        yield still


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FaultFile:
    """The service's file, in a folder of the test's own."""
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    return services.fault_file()


@pytest.fixture
def watched(file: FaultFile, time: Time) -> Iterator[None]:
    """This process watches that file, as the service `order`."""
    before = injection._watch
    injection.install(injection.Watch("order", file, tick=lambda: time.ticks))
    yield
    injection.install(before)


def fault(point: str = "order.request", **changes: Any) -> Fault:
    """A fault that fails, on from noon for a minute."""
    given: dict[str, Any] = {
        "fault_id": "FAULT-1",
        "point": point,
        "action": Action.FAIL,
        "at": NOON,
        "until": NOON + timedelta(minutes=1),
        "by": "me",
    }
    return Fault(**{**given, **changes})
