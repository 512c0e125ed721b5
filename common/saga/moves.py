"""The moves a saga is made of; `machine` says which one an event calls for.

Each takes the definition's steps and a state and returns the state after it, with what
must be sent. One command is out at a time, and every send of a new one is a new turn.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from common.contracts.base import Done, Refused
from common.saga.changes import (
    compensating,
    ended,
    flagged,
    flagged_if_long,
    learnt_from,
    next_wake,
    put,
    sentence,
    taught_by,
)
from common.saga.events import Advanced, Send
from common.saga.state import (
    COMPENSATE,
    COMPLETED,
    CancelRequest,
    Phase,
    RetryEntry,
    SagaState,
    Settlement,
    StepState,
    StepStatus,
)
from common.saga.steps import Kind, Step

Steps = tuple[Step, ...]
State = SagaState[Any]


def run_step(
    steps: Steps, state: State, index: int, now: datetime, passed: str | None = None
) -> Advanced[Any]:
    """The step's command is out under a new id."""
    plan, step = steps[index], state.steps[index]
    command_id = f"{state.saga_id}/{state.turn + 1}"
    started_at = step.started_at or now
    step = replace(
        step,
        status=StepStatus.IN_PROGRESS,
        attempts=step.attempts + 1,
        command_id=command_id,
        resends=0,
        started_at=started_at,
    )
    after = replace(
        state,
        phase=Phase.RUNNING,
        status=plan.running,
        current_step=plan.name,
        turn=state.turn + 1,
        steps=put(state.steps, index, step),
        wake_at=next_wake(plan, step, state, now),
        updated_at=now,
    )
    sent = Send(command_id=command_id, command=plan.ask.build(after))
    return Advanced(state=after, sends=(sent,), passed=(passed,) if passed else ())


def succeed(
    steps: Steps, state: State, index: int, answer: Done, now: datetime
) -> Advanced[Any]:
    """The step is done and its reply learnt: the next one runs, or the saga is over."""
    plan = steps[index]
    step = replace(
        state.steps[index],
        status=StepStatus.SUCCESS,
        completed_at=now,
        error=None,
        data=taught_by(plan, answer),
    )
    learnt = {name: getattr(answer, name) for name in plan.learns}
    after = replace(
        state,
        steps=put(state.steps, index, step),
        data=replace(state.data, **learnt) if learnt else state.data,
        attention_since=None,
        attention=None,
    )
    return _go_on(steps, after, index, now)


def _go_on(steps: Steps, state: State, index: int, now: datetime) -> Advanced[Any]:
    if index + 1 < len(steps):
        return run_step(steps, state, index + 1, now, passed=steps[index].done)
    after = ended(state, Phase.COMPLETED, steps[index].done, COMPLETED, now)
    return Advanced(state=after, undo_wanted=state.cancel is not None)


def succeed_by_hand(
    steps: Steps, state: State, index: int, settled: Settlement, now: datetime
) -> Advanced[Any]:
    """The step, whose reply teaches nothing, is done by a person."""
    step = replace(state.steps[index], settled=settled)
    after = replace(state, steps=put(state.steps, index, step))
    return succeed(steps, after, index, Done(), now)


def refuse(
    steps: Steps, state: State, index: int, answer: Refused, now: datetime
) -> Advanced[Any]:
    """The step has no effect, and what was done before it is undone."""
    plan, before = steps[index], state.steps[index]
    step = replace(before, status=StepStatus.FAILED, error=sentence(answer))
    # Where it had been doubted, this is the last word, on what was learnt then too.
    learnt = learnt_from(plan, answer, anew=before.doubted_at is not None)
    after = replace(
        state,
        steps=put(state.steps, index, step),
        data=replace(state.data, **learnt) if learnt else state.data,
        failed_step=plan.name,
        reason=answer.reason,
        message=answer.message or None,
    )
    return undo_next(steps, after, now)


def time_out(steps: Steps, state: State, index: int, now: datetime) -> Advanced[Any]:
    """The step is given up; it may have happened, so it is undone too."""
    name = steps[index].name
    message = f"{name} was not answered in time"
    after = replace(state, failed_step=name, reason="TIMEOUT", message=message)
    return _give_up(steps, after, index, f"TIMEOUT: {message}", now)


def abort(
    steps: Steps, state: State, index: int, request: CancelRequest, now: datetime
) -> Advanced[Any]:
    """The saga turns round on request; the step that is out may have happened."""
    message = request.reason or None
    after = replace(state, cancel=request, reason=request.code, message=message)
    return _give_up(steps, after, index, request.code, now)


def _give_up(
    steps: Steps, state: State, index: int, error: str, now: datetime
) -> Advanced[Any]:
    step = replace(state.steps[index], error=error)
    after = replace(state, steps=put(state.steps, index, step))
    return send_undo(steps, after, index, now)


def send_undo(steps: Steps, state: State, index: int, now: datetime) -> Advanced[Any]:
    """The step's undo is out under a new id."""
    plan = steps[index]
    if plan.undo is None:
        return _wait_for_person(steps, state, index, now)
    undo_id = f"{state.saga_id}/{state.turn + 1}"
    step = replace(_being_undone(state.steps[index], now), undo_id=undo_id, resends=0)
    after = replace(
        compensating(state, index, step, now),
        turn=state.turn + 1,
        wake_at=now + plan.pause(0),
    )
    sent = Send(command_id=undo_id, command=plan.undo.build(after))
    return Advanced(state=after, sends=(sent,))


def _wait_for_person(
    steps: Steps, state: State, index: int, now: datetime
) -> Advanced[Any]:
    plan, step = steps[index], _being_undone(state.steps[index], now)
    step = replace(step, refusals=step.refusals + 1)
    why = f"{plan.name} happened after it had refused, and can't be undone by a command"
    after = replace(
        flagged(compensating(state, index, step, now), why, now),
        wake_at=now + plan.pause(step.refusals),
    )
    return Advanced(state=after, note=f"{why}: undo it by hand and settle it")


def _being_undone(step: StepState, now: datetime) -> StepState:
    happened = step.status is StepStatus.SUCCESS
    completed_at = step.completed_at or (now if happened else None)
    return replace(step, status=StepStatus.COMPENSATING, completed_at=completed_at)


def undo_next(steps: Steps, state: State, now: datetime) -> Advanced[Any]:
    """The newest step that is still done is being undone, or the saga has ended."""
    for index in reversed(range(len(steps))):
        if state.steps[index].status is StepStatus.SUCCESS:
            return send_undo(steps, state, index, now)
    undone = any(step.status is StepStatus.COMPENSATED for step in state.steps)
    phase = Phase.COMPENSATED if undone else Phase.FAILED
    current = COMPENSATE if undone else state.failed_step or COMPENSATE
    return Advanced(state=ended(state, phase, phase.value, current, now))


def confirm_undo(
    steps: Steps, state: State, index: int, settled: Settlement | None, now: datetime
) -> Advanced[Any]:
    """The step is undone, by its participant or by a person."""
    step = replace(
        state.steps[index],
        status=StepStatus.COMPENSATED,
        undone_at=now,
        settled=settled,
    )
    after = replace(
        state,
        steps=put(state.steps, index, step),
        attention_since=None,
        attention=None,
    )
    return undo_next(steps, after, now)


def hold(
    steps: Steps, state: State, index: int, answer: Refused, now: datetime
) -> Advanced[Any]:
    """What may not be refused was: a person is told, and it is sent anew later."""
    plan, step = steps[index], state.steps[index]
    undoing = step.status is StepStatus.COMPENSATING
    name = plan.undo.name if undoing and plan.undo else plan.name
    step = replace(
        step,
        command_id=step.command_id if undoing else None,
        undo_id=None,
        refusals=step.refusals + 1,
        error=sentence(answer),
    )
    after = replace(
        flagged(state, f"{name} was refused: {step.error}", now),
        steps=put(state.steps, index, step),
        wake_at=now + plan.pause(step.refusals - 1),
        updated_at=now,
    )
    return Advanced(state=after, note=f"{name} was refused and will be sent anew")


def resend(steps: Steps, state: State, index: int, now: datetime) -> Advanced[Any]:
    """The outstanding command is out once more, under its id."""
    plan, step = steps[index], state.steps[index]
    undoing = step.status is StepStatus.COMPENSATING
    ask = plan.undo if undoing and plan.undo else plan.ask
    step = replace(step, resends=step.resends + 1)
    after = replace(
        state,
        steps=put(state.steps, index, step),
        wake_at=next_wake(plan, step, state, now),
        updated_at=now,
    )
    if undoing or plan.kind is not Kind.COMPENSATABLE:
        after = flagged_if_long(plan, after, step, ask.name, now)
    command_id = (step.undo_id if undoing else step.command_id) or ""
    sent = Send(command_id=command_id, command=ask.build(state), resend=step.resends)
    return Advanced(state=after, sends=(sent,))


def again(
    steps: Steps, state: State, by: str, reason: str, now: datetime
) -> Advanced[Any]:
    """A new try has begun at the first step; nothing of the last one is left."""
    forgotten = {k: v for plan in steps for k, v in plan.unlearnt.items()}
    entry = RetryEntry(
        retry_at=now,
        from_step=state.failed_step or state.steps[0].name,
        by=by,
        reason=reason,
    )
    after = replace(
        state,
        attempt=state.attempt + 1,
        steps=tuple(StepState(name=s.name, attempts=s.attempts) for s in state.steps),
        data=replace(state.data, **forgotten),
        failed_step=None,
        reason=None,
        message=None,
        attention_since=None,
        attention=None,
        retries=(*state.retries, entry),
    )
    return run_step(steps, after, 0, now)
