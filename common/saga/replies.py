"""What replies and time do to a saga."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from common.contracts.base import Done, Refused
from common.saga import moves
from common.saga.changes import (
    done_after_all,
    doubted,
    flagged,
    happened,
    outstanding,
    overdue,
)
from common.saga.definition import Definition
from common.saga.events import Advanced, RefusalDoubted, ReplyArrived, TimePassed
from common.saga.state import SagaState, StepState, StepStatus
from common.saga.steps import Kind

State = SagaState[Any]
Answer = ReplyArrived | RefusalDoubted


def reply_running(
    definition: Definition, state: State, event: ReplyArrived, now: datetime
) -> Advanced[Any]:
    """The reply to the command that is out moves the saga; no other one does."""
    index = outstanding(state)
    plan, step = definition.steps[index], state.steps[index]
    if not _answers(event, step.command_id, plan.name):
        return _ignored(state, event)
    answer = event.answer
    if isinstance(answer, Refused):
        move = moves.hold if plan.kind is Kind.RETRIABLE else moves.refuse
        return move(definition.steps, state, index, answer, now)
    if not isinstance(answer, plan.ask.command.done):
        return _strange(state, event, plan.ask.command.done)
    return moves.succeed(definition.steps, state, index, answer, now)


def doubt_running(
    definition: Definition, state: State, event: RefusalDoubted, now: datetime
) -> Advanced[Any]:
    """The doubted refusal of the command that is out changes what it shows, only."""
    index = outstanding(state)
    plan, step = definition.steps[index], state.steps[index]
    if not _answers(event, step.command_id, plan.name):
        return _ignored(state, event)
    if step.doubted_at is not None:
        return Advanced(state=state, note=f"{plan.name} is doubted already")
    after = doubted(plan, state, index, event, now)
    return Advanced(state=after, note=f"{plan.name} may have happened: {event.why}")


def late_doubt(
    definition: Definition, state: State, event: RefusalDoubted, now: datetime
) -> Advanced[Any]:
    """What was given up is undone, whatever became of it."""
    return _ignored(state, event)


def reply_compensating(
    definition: Definition, state: State, event: ReplyArrived, now: datetime
) -> Advanced[Any]:
    """The reply to the undo that is out moves the saga on, on its way back."""
    index = outstanding(state)
    undo, step = definition.steps[index].undo, state.steps[index]
    if undo is None or not _answers(event, step.undo_id, undo.name):
        return late_reply(definition, state, event, now)
    if isinstance(event.answer, Refused):
        return moves.hold(definition.steps, state, index, event.answer, now)
    return moves.confirm_undo(definition.steps, state, index, None, now)


def late_reply(
    definition: Definition, state: State, event: ReplyArrived, now: datetime
) -> Advanced[Any]:
    """A SUCCESS of a step that was given up, or that had refused, must not be lost."""
    index = _asked_by(state, event)
    if index is None or not isinstance(event.answer, Done):
        return _ignored(state, event)
    plan, step = definition.steps[index], state.steps[index]
    if not isinstance(event.answer, plan.ask.command.done):
        return _strange(state, event, plan.ask.command.done)
    contradicts = step.status is StepStatus.FAILED
    given_up = step.status is StepStatus.COMPENSATING and step.completed_at is None
    if not contradicts and not given_up:
        return _ignored(state, event)
    if given_up:
        after = happened(plan, state, index, event.answer, now)
        note = f"{plan.name} succeeded after it was given up; its undo deals with it"
        return Advanced(state=after, note=note)
    after = done_after_all(plan, state, index, event.answer, now)
    return _undo_too(definition, after, index, now)


def _undo_too(
    definition: Definition, state: State, index: int, now: datetime
) -> Advanced[Any]:
    why = f"{definition.steps[index].name} succeeded after it had refused"
    note = f"{why}; it is undone too"
    if not state.ended:
        return Advanced(state=state, note=note)
    reopened = flagged(state, why, now)
    advanced = moves.send_undo(definition.steps, reopened, index, now)
    return replace(advanced, note=advanced.note or note)


def wake(
    definition: Definition, state: State, event: TimePassed, now: datetime
) -> Advanced[Any]:
    """What is out is sent again, or undone if it is overdue; what waits is sent."""
    if state.wake_at is not None and now < state.wake_at:
        return Advanced(state=state, note=f"too early: wakes at {state.wake_at}")
    index = outstanding(state)
    steps, plan, step = definition.steps, definition.steps[index], state.steps[index]
    if step.status is StepStatus.COMPENSATING:
        move = moves.resend if step.undo_id else moves.send_undo
        return move(steps, state, index, now)
    if step.command_id is None:
        return moves.run_step(steps, state, index, now)
    if plan.kind is Kind.COMPENSATABLE and overdue(plan, step, state, now):
        return moves.time_out(steps, state, index, now)
    return moves.resend(steps, state, index, now)


def asleep(
    definition: Definition, state: State, event: TimePassed, now: datetime
) -> Advanced[Any]:
    """An ended saga does not wake."""
    return Advanced(state=state, note=f"the saga has ended as {state.phase}")


def _answers(event: Answer, command_id: str | None, name: str) -> bool:
    """True when the reply is to this command (which is out, if it has an id)."""
    if command_id is None or event.command_name != name:
        return False
    return event.command_id in ("", command_id)


def _asked_by(state: State, event: ReplyArrived) -> int | None:
    """The step whose forward command the reply names, if it is of this try."""
    if not event.command_id:
        return None
    for index, step in enumerate(state.steps):
        if step.command_id == event.command_id and step.name == event.command_name:
            return index
    return None


def _strange(state: State, event: ReplyArrived, wanted: type[Done]) -> Advanced[Any]:
    kind = type(event.answer).__name__
    note = f"{event.command_name} was answered by {kind}, not by {wanted.__name__}"
    return Advanced(state=state, note=note)


def _ignored(state: State, event: Answer) -> Advanced[Any]:
    """The reply changes nothing; the note says what it is."""
    what = f"the reply to {event.command_name} {event.command_id}".rstrip()
    if not event.command_id:
        return Advanced(state=state, note=f"{what} names no command and none is out")
    if any(_of(step, event.command_id) for step in state.steps):
        return Advanced(state=state, note=f"{what} is repeated or late")
    if event.command_id.startswith(f"{state.saga_id}/"):
        return Advanced(state=state, note=f"{what} is late: it is of an earlier turn")
    return Advanced(state=state, note=f"{what} is foreign: this saga never sent it")


def _of(step: StepState, command_id: str) -> bool:
    return command_id in (step.command_id, step.undo_id)
