"""What a fault is: where, what it does, how often, until when, and by whom."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Action(StrEnum):
    """What a fault does to who reaches its point."""

    CRASH = "crash"
    FAIL = "fail"
    SLOW = "slow"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that is on; `times` is how often it may still strike, None for any."""

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

    def is_on(self, now: datetime) -> bool:
        """True while it may strike."""
        return now < self.until and self.times != 0

    def struck(self) -> Fault:
        """The same, with one time less."""
        left = None if self.times is None else self.times - 1
        return msgspec.structs.replace(self, times=left)
