"""What a saga itself remembers of its commands, where their messages are gone.

Messages are kept for some days, sagas for good.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.saga import SagaState, StepState, StepStatus, definition_of
from common.saga.steps import Ask, Step
from orchestrator_svc.dashboard.story.happening import (
    Happening,
    Lane,
    Leg,
    Shape,
    Tone,
)

State = SagaState[Any]


def commands(states: Sequence[State], known: Collection[str]) -> Iterator[Happening]:
    """Commands and replies of the present try that no mailbox has any more."""
    for state in states:
        steps = definition_of(state.definition, state.version).steps
        for plan, step in zip(steps, state.steps, strict=True):
            if step.command_id and step.command_id not in known:
                yield from _forward(plan, step, step.command_id)
            if step.undo_id and step.undo_id not in known and plan.undo:
                yield from _backward(plan.undo, step, step.undo_id)


def _forward(plan: Step, step: StepState, command_id: str) -> Iterator[Happening]:
    yield _command(plan.ask, command_id, step.started_at, Tone.PLAIN)
    if step.completed_at is not None:
        yield _reply(plan.ask, command_id, step.completed_at, Tone.GOOD)


def _backward(undo: Ask, step: StepState, undo_id: str) -> Iterator[Happening]:
    if step.status is StepStatus.COMPENSATED:
        yield _command(undo, undo_id, step.undone_at, Tone.UNDONE)
        yield _reply(undo, undo_id, step.undone_at, Tone.UNDONE)


def _command(ask: Ask, command_id: str, at: datetime | None, tone: Tone) -> Happening:
    return Happening(
        key=command_id,
        at=at,
        lane=Lane.ORCHESTRATOR,
        legs=(Leg(Lane(ask.command.to), at),),
        shape=Shape.COMMAND,
        tone=tone,
        label=ask.name,
        detail=_("the message is no longer kept"),
        message_id=command_id,
    )


def _reply(ask: Ask, command_id: str, at: datetime | None, tone: Tone) -> Happening:
    return Happening(
        key=f"{command_id}/reply",
        at=at,
        lane=Lane(ask.command.to),
        legs=(Leg(Lane.ORCHESTRATOR, at),),
        shape=Shape.REPLY,
        tone=tone,
        label=ask.name,
        cause=command_id,
    )
