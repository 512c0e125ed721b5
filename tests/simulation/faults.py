"""What may go wrong in a history, and how often; drawn from its seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import ClassVar

from common.log.port import NewRecord, Publisher


class Crashed(BaseException):
    """The process is gone, here and now; no handler of the program sees this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Probabilities, each of one message or one step of the bridge."""

    crash: float = 0.0
    duplicate: float = 0.0
    delay: float = 0.0
    loss: float = 0.0
    line: float = 0.0
    unsaved: float = 0.0


class Trouble(StrEnum):
    """What may become of one call to Toss."""

    NONE = "none"
    NOT_REACHED = "not reached"
    NEVER_ARRIVES = "never arrives, and nobody says so"
    ARRIVES_LATE = "arrives after the caller gave up"
    ANSWER_LOST = "is done, its answer lost"
    ERROR_ANSWERED = "is answered with an error, and not done"
    ERROR_AFTER_ALL = "is answered with an error, and done"
    DIES_BEFORE = "the caller dies before it"
    DIES_AFTER = "the caller dies when it is done"


@dataclass
class Line:
    """The line to Toss, and how often it goes wrong; None cuts it."""

    trouble: float | None = 0.0
    kinds: ClassVar[Sequence[Trouble]] = tuple(Trouble)[1:]

    def draw(self, random: Random) -> Trouble:
        """What becomes of the next call."""
        if self.trouble is None:
            return Trouble.NOT_REACHED
        if random.random() >= self.trouble:
            return Trouble.NONE
        return random.choice(self.kinds)

    def declines(self, random: Random) -> bool:
        """True where a bank at the other end says no; never on a calm day."""
        return random.random() < (self.trouble or 0.0) / 4


def drawn(random: Random) -> Faults:
    """A mixture for one history: a third of them calm in each respect."""

    def share(most: float) -> float:
        return random.choice((0.0, most / 4, most))

    return Faults(
        crash=share(0.15),
        duplicate=share(0.5),
        delay=share(0.5),
        loss=share(0.1),
        line=share(0.5),
        unsaved=share(0.2),
    )


@dataclass(slots=True)
class FaultyPublisher:
    """Publishes to the log with the faults of the way: twice, late, never."""

    publisher: Publisher
    faults: Faults
    random: Random
    late: list[NewRecord] = field(default_factory=list)

    def publish(self, records: Sequence[NewRecord]) -> None:
        """Publish what is neither lost nor late; maybe crash just after."""
        for record in records:
            if self.random.random() < self.faults.loss:
                continue
            copies = 2 if self.random.random() < self.faults.duplicate else 1
            for _ in range(copies):
                if self.random.random() < self.faults.delay:
                    self.late.append(record)
                else:
                    self.publisher.publish([record])
        self.maybe_crash("published, not noted")

    def deliver_late(self) -> None:
        """Publish one late record, any of them: that is how order is lost."""
        if self.late:
            index = self.random.randrange(len(self.late))
            self.publisher.publish([self.late.pop(index)])

    def maybe_crash(self, where: str) -> None:
        """Crash, or don't."""
        if self.random.random() < self.faults.crash:
            raise Crashed(where)

    def close(self) -> None:
        """Nothing is held that needs closing."""
