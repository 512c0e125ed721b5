"""A language for tests of sagas: expect a command, answer it, expect the next.

    saga = Dialogue(OrderSaga, data)
    saga.expect("CREATE_ORDER").done()
    saga.expect("PROCESS_PAYMENT", amount=Decimal(10)).refused("DECLINED")
    saga.expect("CANCEL_ORDER").done()
    saga.ended("COMPENSATED")

What `expect` returns may be kept and answered later, or twice.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Generic

from common.contracts.base import Done, Refused
from common.saga.definition import Saga
from common.saga.events import (
    Advanced,
    CancelAsked,
    Event,
    RefusalDoubted,
    ReplyArrived,
    RetryAsked,
    Send,
    Settled,
    TimePassed,
)
from common.saga.machine import advance
from common.saga.state import D, SagaState

START = datetime(2026, 1, 1, tzinfo=UTC)


class Unexpected(AssertionError):
    """The saga did something else than the test says."""


class Asked(Generic[D]):
    """A command the saga has sent; each call is one more answer to it."""

    def __init__(self, dialogue: Dialogue[D], send: Send) -> None:
        self._dialogue = dialogue
        self.command_id = send.command_id
        self.command = send.command
        self.resend = send.resend

    def done(self, **taught: Any) -> Advanced[D]:
        """The participant says SUCCESS, and teaches this."""
        return self._answer(self.command.done(**taught))

    def refused(self, reason: str, message: str = "", **taught: Any) -> Advanced[D]:
        """The participant says FAILED, and teaches this."""
        return self._answer(Refused(reason=reason, message=message, **taught))

    def doubted(self, why: str, **taught: Any) -> Advanced[D]:
        """The participant says FAILED, and something in it says otherwise."""
        answer = Refused(reason="DOUBTED", **taught)
        return self._dialogue.hear(
            RefusalDoubted(
                command_id=self.command_id,
                command_name=self.command.name,
                answer=answer,
                why=why,
            )
        )

    def _answer(self, answer: Done | Refused) -> Advanced[D]:
        return self._dialogue.hear(
            ReplyArrived(
                command_id=self.command_id,
                command_name=self.command.name,
                answer=answer,
            )
        )


class Dialogue(Generic[D]):
    """One saga, the clock, and the last thing that came of them."""

    def __init__(self, definition: type[Saga[D]], data: D, *, attempt: int = 1) -> None:
        self.now = START
        self.last = definition.start("SAGA-1", "ORD-1", data, self.now, attempt=attempt)

    @property
    def state(self) -> SagaState[D]:
        """The saga as it stands."""
        return self.last.state

    def hear(self, event: Event) -> Advanced[D]:
        """The event happens now."""
        self.last = advance(self.state, event, self.now)
        return self.last

    def expect(self, name: str, **fields: Any) -> Asked[D]:
        """The last event made the saga send exactly this, once."""
        names = [send.command.name for send in self.last.sends]
        if names != [name]:
            raise Unexpected(f"expected {name}; sent {names}, note {self.last.note!r}")
        (send,) = self.last.sends
        for field, wanted in fields.items():
            found = getattr(send.command, field)
            if found != wanted:
                raise Unexpected(f"{name}.{field} is {found!r}, expected {wanted!r}")
        return Asked(self, send)

    def expect_nothing(self, note: str = "") -> None:
        """The last event made the saga send nothing, and say `note`."""
        names = [send.command.name for send in self.last.sends]
        if names or note not in (self.last.note or ""):
            raise Unexpected(f"sent {names}, note {self.last.note!r}, not {note!r}")

    def wait(self, pause: timedelta) -> Advanced[D]:
        """The time passes, and the saga is told so once, at its end."""
        self.now += pause
        return self.hear(TimePassed())

    def wake(self) -> Advanced[D]:
        """The time the saga wants to be woken at has come."""
        if self.state.wake_at is None:
            raise Unexpected(f"{self.state.status}: the saga waits for no time")
        return self.wait(self.state.wake_at - self.now)

    def cancel(self, by: str = "customer", reason: str = "") -> Advanced[D]:
        """Somebody asks to cancel."""
        return self.hear(CancelAsked(by=by, reason=reason))

    def retry(self, by: str = "operator", reason: str = "") -> Advanced[D]:
        """Somebody asks for one more try."""
        return self.hear(RetryAsked(by=by, reason=reason))

    def settle(self, step: str, reference: str) -> Advanced[D]:
        """A person says that it was done by hand."""
        return self.hear(Settled(step=step, by="operator", reference=reference))

    def flagged(self, why: str | None) -> None:
        """A person is told `why` the saga needs attention; None: nobody is."""
        if self.state.attention != why:
            raise Unexpected(f"attention is {self.state.attention!r}, not {why!r}")

    def ended(self, status: str) -> None:
        """The saga is over, as `status`."""
        if not self.state.ended or self.state.status != status:
            raise Unexpected(f"the saga is {self.state.status}, expected {status}")
