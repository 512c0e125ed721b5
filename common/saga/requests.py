"""What people ask of a saga, and when it is not granted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from common.saga import moves
from common.saga.changes import outstanding
from common.saga.definition import Definition
from common.saga.errors import CancelBlocked, RetryBlocked, SettleBlocked
from common.saga.events import Advanced, CancelAsked, RetryAsked, Settled
from common.saga.state import CancelRequest, Phase, SagaState, Settlement, StepStatus
from common.saga.steps import Kind

State = SagaState[Any]


def cancel_running(
    definition: Definition, state: State, event: CancelAsked, now: datetime
) -> Advanced[Any]:
    """The saga turns round; past its point of no return it is undone later."""
    request = _request(state, event, now)
    index = outstanding(state)
    if definition.steps[index].kind is Kind.COMPENSATABLE:
        return moves.abort(definition.steps, state, index, request, now)
    if definition.undone_by is None:
        raise CancelBlocked(
            "PAST_PIVOT", f"{state.saga_id} is past the point where it could turn round"
        )
    note = f"cancel is remembered: {definition.undone_by} follows when this is done"
    return Advanced(state=_with(request, state, now), note=note)


def cancel_compensating(
    definition: Definition, state: State, event: CancelAsked, now: datetime
) -> Advanced[Any]:
    """The saga goes on undoing, and is not tried again."""
    note = "cancel is remembered: the saga is being undone, and won't be tried again"
    request = _request(state, event, now)
    return Advanced(state=_with(request, state, now), note=note)


def cancel_completed(
    definition: Definition, state: State, event: CancelAsked, now: datetime
) -> Advanced[Any]:
    """Another saga undoes this one."""
    request = _request(state, event, now)
    if definition.undone_by is None:
        raise CancelBlocked(
            "ALREADY_ENDED", f"{state.saga_id} is completed, and no saga can undo it"
        )
    note = f"the saga is completed: {definition.undone_by} undoes it"
    after = _with(request, state, now)
    return Advanced(state=after, note=note, undo_wanted=True)


def no_cancel(
    definition: Definition, state: State, event: CancelAsked, now: datetime
) -> Advanced[Any]:
    """What has failed can't be cancelled."""
    _request(state, event, now)
    raise CancelBlocked(
        "ALREADY_FAILED",
        f"{state.saga_id} has ended as {state.phase}: there is nothing left to cancel",
    )


def retry(
    definition: Definition, state: State, event: RetryAsked, now: datetime
) -> Advanced[Any]:
    """An ended saga starts anew, unless something forbids it."""
    block = retry_block(definition, state)
    if block is not None:
        raise block
    return moves.again(definition.steps, state, event.by, event.reason, now)


def settle(
    definition: Definition, state: State, event: Settled, now: datetime
) -> Advanced[Any]:
    """What is stuck counts as done, for a person did it by hand."""
    index = outstanding(state)
    plan, step = definition.steps[index], state.steps[index]
    undoing = step.status is StepStatus.COMPENSATING
    undo_name = plan.undo.name if undoing and plan.undo else plan.name
    if event.step not in (plan.name, undo_name):
        raise SettleBlocked(
            "NOT_WAITING",
            f"{state.saga_id} does not wait for {event.step}, but for {undo_name}",
        )
    by_hand = undoing or (plan.kind is Kind.RETRIABLE and not plan.learns)
    _check_settleable(state, event, by_hand)
    settled = Settlement(by=event.by, reference=event.reference, at=now)
    move = moves.confirm_undo if undoing else moves.succeed_by_hand
    return move(definition.steps, state, index, settled, now)


def nothing_to_settle(
    definition: Definition, state: State, event: Settled, now: datetime
) -> Advanced[Any]:
    """An ended saga is not stuck."""
    raise SettleBlocked(
        "ALREADY_ENDED", f"{state.saga_id} has ended as {state.phase}: nothing is stuck"
    )


def _check_settleable(state: State, event: Settled, possible: bool) -> None:
    if not possible:
        raise SettleBlocked(
            "NOT_BY_HAND", f"{event.step} can still be refused, or its reply is needed"
        )
    if state.attention is None:
        raise SettleBlocked(
            "NOT_STUCK", f"{event.step} is not stuck: the saga needs no attention"
        )
    if not event.reference.strip():
        raise SettleBlocked(
            "NO_REFERENCE", "say by a reference how it was settled by hand"
        )


def retry_block(definition: Definition, state: State) -> RetryBlocked | None:
    """Why the saga can't be tried again (now)."""
    saga = state.saga_id
    if state.phase is Phase.COMPLETED:
        return RetryBlocked("COMPLETED", f"{saga} is completed: nothing is left to do")
    if not state.ended and state.attention is not None:
        why = f"{saga} must end first, and waits for a person: {state.attention}"
        return RetryBlocked("NEEDS_ATTENTION", why)
    if not state.ended:
        why = f"{saga} is {state.status}: it can be tried again only once it has ended"
        return RetryBlocked("NOT_ENDED", why)
    if state.cancel is not None:
        why = f"{saga} was cancelled by {state.cancel.by}: start a new order instead"
        return RetryBlocked(state.cancel.code, why)
    return definition.retry_block(state)


def _request(state: State, event: CancelAsked, now: datetime) -> CancelRequest:
    """The request to remember; who asks twice is told so."""
    if state.cancel is not None:
        raise CancelBlocked(
            "ALREADY_CANCELLED",
            f"{state.saga_id} was already cancelled by {state.cancel.by}",
        )
    return CancelRequest(by=event.by, reason=event.reason, at=now)


def _with(request: CancelRequest, state: State, now: datetime) -> State:
    return replace(state, cancel=request, updated_at=now)
