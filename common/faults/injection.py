"""What happens at a point: nothing, or what the faults that are on there do."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

from common import clock
from common.faults.file import FaultFile
from common.faults.record import Action, Fault

log = structlog.get_logger(__name__)

# How long a process goes by what it saw last: services.turn_on waits for that.
LOOK_EVERY_S = 0.2
OWN = "service."
NOTHING_ON: dict[str, list[Fault]] = {}

Fail = Callable[[], Exception]
Observer = Callable[[str], bool]


class InjectedFault(Exception):
    """Nothing is wrong but that somebody turned a fault on at this point."""


class Watch:
    """The faults of one service as this process knows them, looked at anew in time."""

    def __init__(
        self, service: str, file: FaultFile, tick: Callable[[], float] = time.monotonic
    ) -> None:
        """`tick` tells seconds that only ever grow."""
        self._service = service
        self._file = file
        self._tick = tick
        self._look_at = float("-inf")
        self._on = NOTHING_ON

    def happens(self, point: str, to: str = "") -> bool:
        """Crash or wait here where such a fault strikes; True where one fails."""
        now = self._tick()
        if now >= self._look_at:
            self._look_at = now + LOOK_EVERY_S
            self._on = self._look()
        if not self._on:
            return False
        return any(self._strikes(fault, to) for fault in self._on.get(point, ()))

    def look_again(self) -> None:
        """The next call looks, however short ago the last look was."""
        self._look_at = float("-inf")

    def _look(self) -> dict[str, list[Fault]]:
        found: dict[str, list[Fault]] = {}
        for fault in self._file.remembered():
            found.setdefault(fault.point, []).append(fault)
            # The code that all services share knows its points by no service's name.
            service, _, name = fault.point.partition(".")
            if service == self._service:
                found.setdefault(f"{OWN}{name}", []).append(fault)
        return found

    def _strikes(self, fault: Fault, whom: str) -> bool:
        if not self._hits(fault, whom):
            return False
        log.warning(
            "fault.strikes",
            point=fault.point,
            action=fault.action,
            fault_id=fault.fault_id,
        )
        if fault.action is Action.CRASH:
            os.kill(os.getpid(), signal.SIGKILL)
        if fault.action is Action.SLOW:
            time.sleep(fault.seconds)
        return fault.action is Action.FAIL

    def _hits(self, fault: Fault, whom: str) -> bool:
        """By its time, by chance, and last by count, which a hit uses up."""
        if fault.is_over(clock.now()) or (fault.times == 0 and not fault.struck):
            return False
        if fault.rate < 1 and _chance(fault, whom) >= fault.rate:
            return False
        return fault.times is None or self._file.take(fault.fault_id, whom)


def _chance(fault: Fault, whom: str) -> float:
    """From 0 to below 1; for whom it is known, the same each time."""
    if not whom:
        return random.random()  # noqa: S311 - no secret
    drawn = hashlib.sha256(f"{fault.fault_id} {whom}".encode()).digest()[:6]
    return int.from_bytes(drawn) / 2**48


_watch: Watch | None = None
_observer: ContextVar[Observer | None] = ContextVar("faults", default=None)


def install(watch: Watch | None) -> None:
    """Have faults happen in this process; None: never, which is how it begins."""
    global _watch  # noqa: PLW0603 - one a process, set when it starts
    _watch = watch


def look_again() -> None:
    """This process hears at once of what it turned on or off itself."""
    if _watch is not None:
        _watch.look_again()


def happens(point: str, *, to: str = "") -> bool:
    """True where a fault says that what the point is named after happens.

    Where it is told to whom (a charge, a reservation, by its key), they get the same
    answer whenever they come again, as in a unit that runs again: a fault is used up
    by them, not by the try. A fault that crashes or slows acts here, and is no answer.
    Costs next to nothing while none is on.
    """
    observer = _observer.get()
    if observer is not None:
        return observer(point)
    return _watch is not None and _watch.happens(point, to)


def reach(point: str, *, fail: Fail | None = None) -> None:
    """Let the faults that are on at `point` strike: a crash, a wait, an exception.

    The exception is what `fail` makes, else an InjectedFault.
    """
    if happens(point):
        raise fail() if fail else InjectedFault(f"a fault was turned on at {point}")


@contextmanager
def reached_by(observer: Observer) -> Iterator[None]:
    """Within the block faults are what `observer` says (tests, simulation).

    It is told each point that is reached, as the code names it; it may raise, and
    where it returns True the point fails.
    """
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)
