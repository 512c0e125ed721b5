"""What an event would make of a saga, if all went well from there.

The machine itself plays it. States are immutable, so the saga that is asked about stays
as it is, and a forecast cannot say anything else than what `advance` would do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from common.contracts.base import Command, Done
from common.saga.changes import outstanding
from common.saga.definition import Definition, definition_of
from common.saga.events import Advanced, Event, ReplyArrived, TimePassed
from common.saga.machine import advance
from common.saga.state import SagaState, StepState, StepStatus

State = SagaState[Any]
# A teacher's word that is not known before the reply has come.
UNKNOWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A command on the way to the end.

    `undoes`: it takes back what the step did. `in_doubt`: the step was given up before
    it was answered, so that there may be nothing to take back. `is_out`: it was sent
    before the event, and its reply is awaited.
    """

    step: str
    command: Command
    undoes: bool
    in_doubt: bool = False
    is_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The commands in order, and the saga as it then stands.

    It has not ended where only a person can go on. `undo_wanted`: another saga undoes
    it once it is completed.
    """

    before: State
    state: State
    commands: tuple[Foreseen, ...] = ()
    undo_wanted: bool = False


@dataclass(slots=True, kw_only=True)
class _Play:
    """A saga that is being played, and what it has said so far."""

    definition: Definition
    state: State
    commands: list[Foreseen] = field(default_factory=list)
    undo_wanted: bool = False

    def hear(self, advanced: Advanced[Any]) -> None:
        """Take in what came of an event."""
        self.state = advanced.state
        self.undo_wanted = self.undo_wanted or advanced.undo_wanted
        self.commands += [
            self._foreseen(send.command_id, send.command) for send in advanced.sends
        ]

    def await_reply(self) -> None:
        """The command that was out before the event still is."""
        found = self._out()
        if found is not None:
            command_id, command = found
            self.commands.append(self._foreseen(command_id, command, is_out=True))

    def next_event(self) -> tuple[Event, datetime] | None:
        """The best that can happen next; None where it has ended or needs a person."""
        if self.state.ended:
            return None
        found = self._out()
        if found is not None:
            return _done(*found), self.state.updated_at
        index = outstanding(self.state)
        undoing = self.state.steps[index].status is StepStatus.COMPENSATING
        if undoing and self.definition.steps[index].undo is None:
            return None
        return TimePassed(), self.state.wake_at or self.state.updated_at

    def _out(self) -> tuple[str, Command] | None:
        index = outstanding(self.state)
        plan, step = self.definition.steps[index], self.state.steps[index]
        undoing = step.status is StepStatus.COMPENSATING
        ask = plan.undo if undoing else plan.ask
        command_id = step.undo_id if undoing else step.command_id
        if ask is None or command_id is None:
            return None
        return command_id, ask.build(self.state)

    def _foreseen(
        self, command_id: str, command: Command, *, is_out: bool = False
    ) -> Foreseen:
        step = next(s for s in self.state.steps if command_id in _ids(s))
        undoes = command_id == step.undo_id
        return Foreseen(
            step=step.name,
            command=command,
            undoes=undoes,
            in_doubt=undoes and step.completed_at is None,
            is_out=is_out,
        )


def forecast(state: State, event: Event, now: datetime) -> Forecast:
    """What the event would make of the saga. Raises RequestBlocked, as it would."""
    advanced = advance(state, event, now)
    play = _Play(definition=_of(state), state=advanced.state)
    if not advanced.sends and not advanced.state.ended:
        play.await_reply()
    play.hear(advanced)
    return _to_the_end(play, state)


def forecast_start(started: Advanced[Any]) -> Forecast:
    """What a saga that has just been started will do."""
    play = _Play(definition=_of(started.state), state=started.state)
    play.hear(started)
    return _to_the_end(play, started.state)


def _to_the_end(play: _Play, before: State) -> Forecast:
    while (found := play.next_event()) is not None:
        event, now = found
        play.hear(advance(play.state, event, now))
    return Forecast(
        before=before,
        state=play.state,
        commands=tuple(play.commands),
        undo_wanted=play.undo_wanted,
    )


def _of(state: State) -> Definition:
    return definition_of(state.definition, state.version)


def _ids(step: StepState) -> tuple[str | None, ...]:
    return step.command_id, step.undo_id


def _done(command_id: str, command: Command) -> ReplyArrived:
    return ReplyArrived(
        command_id=command_id, command_name=command.name, answer=_ideal(command.done)
    )


def _ideal(kind: type[Done]) -> Done:
    """A SUCCESS of this kind; what it teaches is not known yet."""
    needed = [one.name for one in msgspec.structs.fields(kind) if one.required]
    return kind(**dict.fromkeys(needed, UNKNOWN))
