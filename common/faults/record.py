"""What a fault is: where, what it does, how often, until when, and by whom."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

# Who is struck again comes soon: a batch is read again, a unit runs again.
MOST_REMEMBERED = 500


class Action(StrEnum):
    """What a fault does to who reaches its point."""

    CRASH = "crash"
    FAIL = "fail"
    SLOW = "slow"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that is on; `times` is how often it may still strike, None for any.

    Whom it `struck` by name is remembered: the decision is theirs, and outlives the
    transaction that is rolled back and the process that dies before it is kept.
    """

    fault_id: str
    point: str
    action: Action
    rate: float = 1.0
    times: int | None = None
    seconds: float = 0.0
    at: datetime
    until: datetime
    by: str
    reason: str = ""
    struck: tuple[str, ...] = ()

    def is_over(self, now: datetime) -> bool:
        """True when its time is past, whatever it has left."""
        return now >= self.until

    def is_on(self, now: datetime) -> bool:
        """True while it may strike somebody new."""
        return not self.is_over(now) and self.times != 0

    def has_struck(self, whom: str) -> bool:
        """True where it struck them: they are struck again, and not counted again."""
        return bool(whom) and whom in self.struck

    def after_striking(self, whom: str = "") -> Fault:
        """The same, with one time less, and whom it was used up for."""
        left = None if self.times is None else self.times - 1
        struck = (*self.struck, whom)[-MOST_REMEMBERED:] if whom else self.struck
        return msgspec.structs.replace(self, times=left, struck=struck)
