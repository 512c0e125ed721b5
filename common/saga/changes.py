"""The small changes that moves are made of; none of them sends anything."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from common.contracts.base import Done, Refused
from common.saga.events import RefusalDoubted
from common.saga.state import COMPENSATE, Phase, SagaState, StepState, StepStatus
from common.saga.steps import Step

# An unanswered command which is sent for ever is shown to a person from here on:
ATTENTION_AFTER_RESENDS = 3

State = SagaState[Any]


def happened(
    plan: Step, state: State, index: int, answer: Done, now: datetime
) -> State:
    """The step that was given up has happened; what is out stays as it was sent."""
    step = replace(state.steps[index], completed_at=now, data=taught_by(plan, answer))
    return replace(state, steps=put(state.steps, index, step), updated_at=now)


def done_after_all(
    plan: Step, state: State, index: int, answer: Done, now: datetime
) -> State:
    """The step that had refused counts as done, so that it will be undone.

    `completed_at` has to wait for its undo: until then another undo may be out, and a
    resend must not say anything else than it did.
    """
    step = replace(
        state.steps[index], status=StepStatus.SUCCESS, data=taught_by(plan, answer)
    )
    return replace(state, steps=put(state.steps, index, step), updated_at=now)


def doubted(
    plan: Step, state: State, index: int, doubt: RefusalDoubted, now: datetime
) -> State:
    """The step waits for what is found out, has its time anew, and shows why."""
    step = replace(state.steps[index], doubted_at=now, error=doubt.why)
    learnt = learnt_from(plan, doubt.answer)
    return replace(
        state,
        steps=put(state.steps, index, step),
        data=replace(state.data, **learnt) if learnt else state.data,
        wake_at=next_wake(plan, step, state, now),
        updated_at=now,
    )


def flagged(state: State, why: str, now: datetime) -> State:
    """A person should look, for `why`; the flag keeps the time it was first raised."""
    since = state.attention_since or now
    return replace(state, attention_since=since, attention=why)


def overdue(plan: Step, step: StepState, state: State, now: datetime) -> bool:
    """True when the step should have been answered by now."""
    deadline = _deadline(plan, step, state, now)
    return deadline is not None and now >= deadline


def next_wake(plan: Step, step: StepState, state: State, now: datetime) -> datetime:
    """When to send again, or the step's deadline where that comes first."""
    wake = now + plan.pause(step.resends)
    if step.status is StepStatus.COMPENSATING:
        return wake
    deadline = _deadline(plan, step, state, now)
    return deadline if deadline is not None and now < deadline < wake else wake


def _deadline(
    plan: Step, step: StepState, state: State, now: datetime
) -> datetime | None:
    since = step.doubted_at or step.started_at or now
    return plan.deadline(since, state.data)


def ended(
    state: State, phase: Phase, status: str, current_step: str, now: datetime
) -> State:
    """The saga is over, and so is the try that was asked for last."""
    retries = state.retries
    if retries:
        retries = (*retries[:-1], replace(retries[-1], result=phase.value))
    return replace(
        state,
        phase=phase,
        status=status,
        current_step=current_step,
        wake_at=None,
        retries=retries,
        updated_at=now,
    )


def put(
    steps: tuple[StepState, ...], index: int, step: StepState
) -> tuple[StepState, ...]:
    """The steps with the one at `index` replaced."""
    return (*steps[:index], step, *steps[index + 1 :])


def taught_by(plan: Step, answer: Done) -> dict[str, Any] | None:
    """The reply as the screens show it, where it says anything."""
    if not plan.learns:
        return None
    taught: dict[str, Any] = msgspec.to_builtins(answer)
    return taught


def learnt_from(plan: Step, answer: Refused, *, anew: bool = False) -> dict[str, Any]:
    """What a refusal teaches; `anew`: what it leaves out is not so, too."""
    taught = {name: getattr(answer, name) for name in plan.refusal_learns}
    return {name: value for name, value in taught.items() if anew or value is not None}


def sentence(answer: Refused) -> str:
    """The refusal as one line."""
    return f"{answer.reason}: {answer.message}" if answer.message else answer.reason


def compensating(state: State, index: int, step: StepState, now: datetime) -> State:
    """The saga is on its way back, at this step."""
    return replace(
        state,
        phase=Phase.COMPENSATING,
        status=Phase.COMPENSATING.value,
        current_step=COMPENSATE,
        steps=put(state.steps, index, step),
        updated_at=now,
    )


def flagged_if_long(
    plan: Step, state: State, step: StepState, name: str, now: datetime
) -> State:
    """The state, flagged if the command `name` has been out for too long."""
    late = step.status is StepStatus.IN_PROGRESS and overdue(plan, step, state, now)
    if state.attention or not (late or step.resends >= ATTENTION_AFTER_RESENDS):
        return state
    return flagged(state, f"{name} has not been answered", now)


def outstanding(state: State) -> int:
    """The index of the step that a saga which has not ended works on."""
    waiting = (
        StepStatus.COMPENSATING
        if state.phase is Phase.COMPENSATING
        else StepStatus.IN_PROGRESS
    )
    for index, step in enumerate(state.steps):
        if step.status is waiting:
            return index
    raise AssertionError(f"{state.saga_id} is {state.phase}, but waits for nothing")
