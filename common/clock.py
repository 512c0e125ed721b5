"""The one clock: what is asked here can be held still in a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def to_milliseconds(moment: datetime) -> datetime:
    """`moment` cut to milliseconds, the finest that every database keeps."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _system_clock() -> datetime:
    return datetime.now(UTC)


_clock: ContextVar[Clock] = ContextVar("clock", default=_system_clock)


def now() -> datetime:
    """The time in UTC, cut to milliseconds."""
    return to_milliseconds(_clock.get()())


@contextmanager
def clock_set_to(clock: Clock) -> Iterator[None]:
    """Within the block `now()` answers what `clock` says (tests, simulation)."""
    token = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(token)
