"""Everything that can happen to a saga, by asking `advance` itself.

Diagrams and tests are made from these walks, so that neither can say anything else than
the machine does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from common.contracts.base import Done, Record, Refused
from common.saga.changes import outstanding
from common.saga.definition import Definition
from common.saga.errors import RequestBlocked
from common.saga.events import (
    Advanced,
    CancelAsked,
    Event,
    ReplyArrived,
    RetryAsked,
    TimePassed,
)
from common.saga.machine import advance
from common.saga.state import SagaState, StepStatus
from common.saga.steps import Kind

SUCCESS, REFUSED, TIMEOUT, WAIT = "SUCCESS", "REFUSED", "TIMEOUT", "WAIT"
CANCEL, RETRY = "CANCEL", "RETRY"
START = datetime(2026, 1, 1, tzinfo=UTC)

State = SagaState[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A saga to walk through: data to start with, and what its replies teach."""

    definition: Definition
    data: Record
    answers: Mapping[str, Done]

    def start(self) -> Advanced[Any]:
        """The first step of every walk."""
        return self.definition.start("SAGA-1", "ORD-1", self.data, START)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stride:
    """One event of a walk and what came of it."""

    before: State
    label: str
    advanced: Advanced[Any]


Walk = tuple[Stride, ...]


def walks(example: Example) -> Iterator[Walk]:
    """Every way from the start to an end, without retries.

    A command that is sent for ever is refused at most once a walk.
    """
    yield from _onward(example, example.start().state, ())


def _onward(example: Example, state: State, walk: Walk) -> Iterator[Walk]:
    if state.ended:
        yield walk
        return
    for stride in strides(example, state):
        yield from _onward(example, stride.advanced.state, (*walk, stride))


def explore(example: Example) -> list[Stride]:
    """Every stride there is from any state, retries included, in the order found."""
    waiting, seen, found = [example.start().state], set(), []
    while waiting:
        state = waiting.pop(0)
        for stride in strides(example, state):
            found.append(stride)
            shape = _shape(stride.advanced.state)
            if shape not in seen:
                seen.add(shape)
                waiting.append(stride.advanced.state)
    return found


def strides(example: Example, state: State) -> Iterator[Stride]:
    """What can happen next."""
    for label, event, now in _events(example, state):
        try:
            advanced = advance(state, event, now)
        except RequestBlocked:
            continue
        yield Stride(before=state, label=label, advanced=advanced)


def waits_for(definition: Definition, state: State) -> tuple[str, str | None]:
    """The name and the id of the command that is out; no id while it is put off."""
    index = outstanding(state)
    plan, step = definition.steps[index], state.steps[index]
    if step.status is StepStatus.COMPENSATING:
        return (plan.undo.name if plan.undo else plan.name), step.undo_id
    return plan.name, step.command_id


def _events(example: Example, state: State) -> Iterator[tuple[str, Event, datetime]]:
    now = state.updated_at
    if not state.ended:
        yield from _answers(example, state, now)
    elif state.attempt == 1:
        yield RETRY, RetryAsked(by="operator"), now
    if state.cancel is None:
        yield CANCEL, CancelAsked(by="customer"), now


def _answers(
    example: Example, state: State, now: datetime
) -> Iterator[tuple[str, Event, datetime]]:
    index = outstanding(state)
    plan, step = example.definition.steps[index], state.steps[index]
    name, command_id = waits_for(example.definition, state)
    if command_id is None:
        yield WAIT, TimePassed(), state.wake_at or now
        return
    answer = example.answers.get(name, Done())
    refusal = Refused(reason="REFUSED")
    yield SUCCESS, _reply(command_id, name, answer), now
    if step.refusals == 0:
        yield REFUSED, _reply(command_id, name, refusal), now
    given_up = step.status is StepStatus.IN_PROGRESS and plan.kind is Kind.COMPENSATABLE
    deadline = plan.deadline(step.started_at or now, state.data)
    if given_up and deadline is not None:
        yield TIMEOUT, TimePassed(), deadline


def _reply(command_id: str, name: str, answer: Done | Refused) -> ReplyArrived:
    return ReplyArrived(command_id=command_id, command_name=name, answer=answer)


def _shape(state: State) -> tuple[Any, ...]:
    """What of a state decides what can follow."""
    steps = tuple((s.status, s.refusals, bool(s.command_id)) for s in state.steps)
    undoing = tuple(bool(s.undo_id) for s in state.steps)
    return state.phase, steps, undoing, state.cancel is None, state.attempt
