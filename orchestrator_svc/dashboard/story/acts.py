"""What people did and what came of it: orders, cancels, retries, and each status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.saga import Phase, SagaState
from orchestrator_svc.dashboard.story.events import money_of
from orchestrator_svc.dashboard.story.facts import Action, Json, Mailbox, time_of
from orchestrator_svc.dashboard.story.happening import (
    Happening,
    Lane,
    Leg,
    Shape,
    Tone,
    Words,
)

State = SagaState[Any]

ACTIONS: dict[str, Words] = {
    "saga.cancel": _("cancels"),
    "saga.settle": _("settles by hand"),
    "order.cancel": _("asks to cancel"),
    "letter.redrive": _("redrives a dead letter"),
    "letter.discard": _("discards a dead letter"),
    "outbox.replay": _("sends messages again"),
}
# Who gives money back where nobody asked for it.
BY_ITSELF = frozenset({"", "payment", "reconciliation"})
# Each try is in the saga itself, those of a job over many sagas too.
TOLD_BY_SAGA = frozenset({"saga.retry"})
BY_CUSTOMER = frozenset({"order.cancel"})
SAME_ACT = timedelta(milliseconds=200)


def placed(states: Sequence[State], order: Json | None) -> Iterator[Happening]:
    """The customer's order, to whichever service leads it."""
    at: datetime | None
    if states:
        at, lane = states[0].created_at, Lane.ORCHESTRATOR
        amount, who = states[0].data.total_amount, states[0].data.customer_id
    elif order is not None:
        at, lane = time_of(order.get("createdAt")), Lane.ORDER
        amount, who = money_of(order.get("totalAmount")), order.get("customerId", "")
    else:
        return
    yield Happening(
        key="placed",
        at=at,
        lane=Lane.CUSTOMER,
        legs=(Leg(lane, at),),
        shape=Shape.ACT,
        label=_("places the order"),
        detail=str(who),
        amount=amount,
    )


def actions(boxes: Iterable[Mailbox], order: Json | None) -> Iterator[Happening]:
    """What is in the services' audit trails."""
    changes = [time_of(line["at"]) for line in _history(order)]
    for box in boxes:
        for action in box.actions:
            if action.name not in TOLD_BY_SAGA:
                yield _action(action, changes)


def _action(action: Action, changes: Sequence[datetime | None]) -> Happening:
    by_customer = action.name in BY_CUSTOMER
    at = _before(action.at, changes) if by_customer else action.at
    return Happening(
        key=action.entry_id,
        at=at,
        lane=Lane.CUSTOMER if by_customer else Lane.OPERATOR,
        legs=(Leg(Lane(action.service), at),),
        shape=Shape.ACT,
        tone=Tone.UNDONE if "cancel" in action.name else Tone.WARN,
        label=ACTIONS.get(action.name, action.name),
        detail=_by(action.actor, action.reason),
    )


def _before(noted: datetime, changes: Sequence[datetime | None]) -> datetime:
    """An act is noted with what it changed, but some milliseconds after it."""
    near = [at for at in changes if at and noted - SAME_ACT < at <= noted]
    return max(near, default=noted)


def _history(order: Json | None) -> Sequence[Json]:
    lines: Sequence[Json] = order.get("history", ()) if order else ()
    return lines


def retries(states: Sequence[State]) -> Iterator[Happening]:
    """Each more try, and who asked for it."""
    for state in states:
        for number, entry in enumerate(state.retries, start=2):
            yield Happening(
                key=f"{state.saga_id}:try-{number}",
                at=entry.retry_at,
                lane=Lane.OPERATOR,
                legs=(Leg(Lane.ORCHESTRATOR, entry.retry_at),),
                shape=Shape.ACT,
                tone=Tone.WARN,
                label=format_lazy(_("retries (try {number})"), number=number),
                detail=_by(entry.by, entry.reason),
            )


def refunds(attempts: Iterable[Json]) -> Iterator[Happening]:
    """Money that a person gave back at the payment service itself."""
    for refund in (one for attempt in attempts for one in attempt["refunds"]):
        if refund["requestedBy"] not in BY_ITSELF:
            at = time_of(refund["createdAt"])
            yield Happening(
                key=f"{refund['refundId']}:asked",
                at=at,
                lane=Lane.OPERATOR,
                legs=(Leg(Lane.PAYMENT, at),),
                shape=Shape.ACT,
                tone=Tone.UNDONE,
                label=_("gives money back"),
                detail=_by(refund["requestedBy"], refund["reason"]),
                amount=money_of(refund["amount"]),
            )


def _by(actor: str, reason: str) -> str:
    return f"{actor}: {reason}" if reason else actor


def saga_statuses(states: Sequence[State]) -> Iterator[Happening]:
    """How each saga ended, and that one which has not needs a person."""
    for state in states:
        if state.attention_since is not None:
            yield Happening(
                key=f"{state.saga_id}:attention",
                at=state.attention_since,
                lane=Lane.ORCHESTRATOR,
                shape=Shape.STATUS,
                tone=Tone.BAD,
                label=_("needs attention"),
                detail=state.attention or "",
            )
        if state.ended:
            yield Happening(
                key=f"{state.saga_id}:end",
                at=_ended_at(state),
                lane=Lane.ORCHESTRATOR,
                shape=Shape.STATUS,
                label=_("saga"),
                status=state.status,
            )


def _ended_at(state: State) -> datetime:
    """A completed saga is changed once more when somebody cancels it later."""
    done = [step.completed_at for step in state.steps if step.completed_at]
    completed = state.phase is Phase.COMPLETED and done
    return max(done) if completed else state.updated_at


def order_statuses(order: Json | None) -> Iterator[Happening]:
    """Every change in the order's own history."""
    for number, line in enumerate(_history(order)):
        if line["from"] == line["to"]:
            continue
        yield Happening(
            key=f"order:{number}:{line['to']}",
            at=time_of(line["at"]),
            lane=Lane.ORDER,
            shape=Shape.STATUS,
            label=_("order"),
            status=line["to"],
        )
