"""What is told in numbers above the list: pure, from counts and times."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.saga import Phase

SPAN = timedelta(minutes=2)
SPANS = 30  # together an hour
COMPLETED = Phase.COMPLETED.value
ENDS = tuple(phase.value for phase in Phase if phase.ended)


@dataclass(frozen=True, slots=True)
class Span:
    """How many sagas ended, by status, in the two minutes from `begin` on."""

    begin: datetime
    ended: Mapping[str, int]

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.begin + SPAN

    @property
    def completed(self) -> int:
        """Those that did what they should."""
        return self.ended.get(COMPLETED, 0)

    @property
    def compensated(self) -> int:
        """Those that were undone."""
        return self.ended.get(Phase.COMPENSATED.value, 0)

    @property
    def failed(self) -> int:
        """Those that failed before anything was done."""
        return self.ended.get(Phase.FAILED.value, 0)

    @property
    def total(self) -> int:
        """All that ended."""
        return sum(self.ended.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The sagas now, and those that ended within the last hour."""

    counts: Mapping[str, int]
    spans: Sequence[Span]
    seconds: Sequence[float]  # that the last of them took from start to end, ascending

    @property
    def running(self) -> int:
        """How many have not ended."""
        return sum(n for status, n in self.counts.items() if status not in ENDS)

    @property
    def retryable(self) -> int:
        """How many ended otherwise than they should."""
        failed = (status for status in ENDS if status != COMPLETED)
        return sum(self.counts.get(status, 0) for status in failed)

    @property
    def ended(self) -> int:
        """How many ended within the hour."""
        return sum(span.total for span in self.spans)

    @property
    def success_percent(self) -> float | None:
        """Of those that ended within the hour; None where none did."""
        completed = sum(span.completed for span in self.spans)
        return 100 * completed / self.ended if self.ended else None

    @property
    def median(self) -> float | None:
        """Half of them took no longer than so many seconds."""
        return percentile(self.seconds, 50)

    @property
    def p95(self) -> float | None:
        """All but the slowest twentieth took no longer."""
        return percentile(self.seconds, 95)


def percentile(ascending: Sequence[float], percent: int) -> float | None:
    """The least value that so many percent do not exceed; None of nothing."""
    if not ascending:
        return None
    return ascending[max(0, math.ceil(len(ascending) * percent / 100) - 1)]


def begins(now: datetime) -> list[datetime]:
    """When each span of the last hour begins; `now` is in the last, whole or not."""
    last = now.replace(
        minute=now.minute - now.minute % (SPAN.seconds // 60), second=0, microsecond=0
    )
    return [last - SPAN * ago for ago in reversed(range(SPANS))]
