"""What is still to happen if all goes well: from the definition, or the known chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.contracts import topics
from common.saga import Phase, SagaState, StepStatus, definition_of
from common.saga.steps import Ask
from orchestrator_svc.dashboard.story.events import LISTENERS, SENDERS
from orchestrator_svc.dashboard.story.facts import Json
from orchestrator_svc.dashboard.story.happening import (
    Happening,
    Lane,
    Leg,
    Shape,
    Tone,
    Words,
)
from orchestrator_svc.dashboard.story.toss import BY_CUSTOMER

State = SagaState[Any]

FORTH = (topics.ORDER_CREATED, topics.PAYMENT_PROCESSED, topics.INVENTORY_RESERVED)
BACK = (topics.INVENTORY_FAILED, topics.PAYMENT_FAILED)
# How far the choreography has come, by the order's status: the events it waits for.
CHAINS: Mapping[str, tuple[str, ...]] = {
    "PENDING": FORTH,
    "PAYMENT_COMPLETED": FORTH[2:],
    "CANCELLING": BACK,
}


def of_saga(state: State) -> Iterator[Happening]:
    """The reply that is awaited, and every command and reply after it."""
    steps = definition_of(state.definition, state.version).steps
    if state.phase is Phase.RUNNING:
        for plan, step in zip(steps, state.steps, strict=True):
            if step.status is StepStatus.PENDING:
                yield _command(state, plan.ask, Tone.PLAIN)
            if step.status in (StepStatus.PENDING, StepStatus.IN_PROGRESS):
                yield _reply(state, plan.ask, Tone.GOOD)
    elif state.phase is Phase.COMPENSATING:
        undone = (StepStatus.SUCCESS, StepStatus.COMPENSATING)
        for plan, step in zip(reversed(steps), reversed(state.steps), strict=True):
            if plan.undo is None or step.status not in undone:
                continue
            if step.status is StepStatus.SUCCESS:
                yield _command(state, plan.undo, Tone.UNDONE)
            yield _reply(state, plan.undo, Tone.UNDONE)


def of_choreography(order: Json, sent: Iterable[str]) -> Iterator[Happening]:
    """The events that its status waits for and nobody has sent yet."""
    known = set(sent)
    undoing = order["status"] == "CANCELLING"
    for topic in CHAINS.get(str(order["status"]), ()):
        if topic not in known:
            yield Happening(
                key=f"to-come:{topic}",
                at=None,
                lane=SENDERS[topic],
                legs=tuple(Leg(lane) for lane in LISTENERS[topic]),
                shape=Shape.EVENT,
                tone=Tone.UNDONE if undoing else Tone.GOOD,
                label=topic,
            )


def of_toss(payments: Sequence[Json]) -> Iterator[Happening]:
    """What a customer who has not paid yet does next."""
    payment = payments[-1]["payment"] if payments else {}
    waits = payment.get("status") == "PENDING"
    if not waits or payment["paymentMethod"] != BY_CUSTOMER:
        return
    key = payment["paymentId"]
    yield _call(key, Lane.CUSTOMER, Lane.TOSS, _("pays in Toss's window"))
    yield _call(key, Lane.PAYMENT, Lane.TOSS, _("confirm"))


def _call(key: str, lane: Lane, to: Lane, label: Words) -> Happening:
    return Happening(
        key=f"to-come:{key}:{lane}",
        at=None,
        lane=lane,
        legs=(Leg(to),),
        shape=Shape.CALL,
        label=label,
    )


def _command(state: State, ask: Ask, tone: Tone) -> Happening:
    return Happening(
        key=f"to-come:{state.saga_id}:{ask.name}",
        at=None,
        lane=Lane.ORCHESTRATOR,
        legs=(Leg(Lane(ask.command.to)),),
        shape=Shape.COMMAND,
        tone=tone,
        label=ask.name,
    )


def _reply(state: State, ask: Ask, tone: Tone) -> Happening:
    return Happening(
        key=f"to-come:{state.saga_id}:{ask.name}:reply",
        at=None,
        lane=Lane(ask.command.to),
        legs=(Leg(Lane.ORCHESTRATOR),),
        shape=Shape.REPLY,
        tone=tone,
        label=ask.name,
    )
