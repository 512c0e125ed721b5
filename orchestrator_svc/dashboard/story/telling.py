"""The whole story of one order, put together from what everybody knows of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from common.contracts.base import Mode
from common.saga import Phase, SagaState, UnknownDefinition
from orchestrator_svc.dashboard.story import (
    acts,
    events,
    remembered,
    to_come,
    toss,
)
from orchestrator_svc.dashboard.story.drawing import Drawing, draw
from orchestrator_svc.dashboard.story.facts import Action, Json, Mailbox, Sent
from orchestrator_svc.dashboard.story.gather import Gathered, gather
from orchestrator_svc.dashboard.story.happening import Happening
from orchestrator_svc.dashboard.story.order import folded, in_order
from orchestrator_svc.engine import selectors
from orchestrator_svc.engine.book import state_of
from orchestrator_svc.engine.models import SagaInstance

State = SagaState[Any]

# Where a choreographed order stays as it is, unless somebody cancels it.
ENDS = frozenset({"COMPLETED", "CANCELLED", "FAILED"})
OPEN_LETTERS = frozenset({"RETRYING", "HELD", "DEAD"})
MAX_RAW = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the page shows; `states` are the order's sagas that could be read."""

    order_id: str
    known: Gathered
    states: Sequence[State]
    drawing: Drawing
    raw: Sequence[Sent]
    happened: Sequence[Happening]

    @property
    def saga(self) -> State | None:
        """The saga that leads the order; none in a choreography."""
        return self.states[0] if self.states else None

    @property
    def order(self) -> Json | None:
        """The order as its service has it."""
        return self.known.order

    @property
    def mode(self) -> str:
        """Which pattern runs it."""
        led = bool(self.states) or (self.order or {}).get("mode") == Mode.ORCHESTRATION
        return (Mode.ORCHESTRATION if led else Mode.CHOREOGRAPHY).value

    @property
    def status(self) -> str:
        """The saga's, if there is one; the order's own where that goes on after it."""
        word = str((self.order or {}).get("status", ""))
        if self.saga is None:
            return word
        undone = word in ("CANCELLING", "CANCELLED")
        over = self.saga.phase is Phase.COMPLETED and undone
        return word if over else self.saga.status

    @property
    def has_ended(self) -> bool:
        """True where nothing more will come by itself."""
        status = str((self.order or {}).get("status", ""))
        waiting = any(letter.status in OPEN_LETTERS for letter in self.letters)
        if waiting or status == "CANCELLING":
            return False
        if self.states:
            return all(state.ended for state in self.states)
        return status in ENDS

    @property
    def letters(self) -> list[Any]:
        """The dead letters of all services."""
        return [one for box in self.boxes.values() for one in box.letters]

    @property
    def boxes(self) -> Mapping[str, Mailbox]:
        """The mailboxes of the services that answered."""
        return self.known.mailboxes

    @property
    def actions(self) -> list[Action]:
        """What people did about it, newest first."""
        found = [one for box in self.boxes.values() for one in box.actions]
        return sorted(found, key=lambda one: one.at, reverse=True)

    @property
    def shown_messages(self) -> frozenset[str]:
        """The ids of the messages that are shown as they stand on the wire."""
        return frozenset(one.message_id for one in self.raw)

    @property
    def took(self) -> timedelta | None:
        """From the first to the last that happened."""
        times = [one.at for one in self.happened if one.at is not None]
        return times[-1] - times[0] if times else None

    @property
    def message_count(self) -> int:
        """How many messages were sent."""
        return sum(len(box.sent) + box.left_off for box in self.boxes.values())


def tell(order_id: str, *, whole: bool = False) -> Story | None:
    """The story, or None where no service knows the order and all have answered."""
    states = list(_states(selectors.all_of_order(order_id)))
    known = gather(order_id)
    happened = folded(in_order(_happened(known, states)))
    if not (states or known.order or happened or known.silent):
        return None
    return Story(
        order_id=order_id,
        known=known,
        states=states,
        drawing=draw(happened, list(_to_come(known, states)), whole=whole),
        raw=events.raw(known.mailboxes)[-MAX_RAW:],
        happened=happened,
    )


def _states(rows: Sequence[SagaInstance]) -> Iterator[State]:
    for row in rows:
        try:
            yield state_of(row)
        except UnknownDefinition:
            # Another program's; what its messages tell is shown all the same.
            continue


def _happened(known: Gathered, states: Sequence[State]) -> Iterator[Happening]:
    boxes = known.mailboxes
    sent = {one.message_id for box in boxes.values() for one in box.sent}
    yield from acts.placed(states, known.order)
    yield from events.messages(boxes)
    yield from events.arrivals(boxes, known.silent)
    yield from events.dead_letters(boxes)
    yield from remembered.commands(states, sent)
    yield from acts.actions(boxes.values(), known.order)
    yield from acts.retries(states)
    yield from acts.refunds(known.payments)
    yield from acts.order_statuses(known.order)
    yield from acts.saga_statuses(states)
    yield from toss.calls(known.payments)


def _to_come(known: Gathered, states: Sequence[State]) -> Iterator[Happening]:
    yield from to_come.of_toss(known.payments)
    for state in states:
        yield from to_come.of_saga(state)
    if not states and known.order is not None:
        boxes = known.mailboxes.values()
        sent = (one.topic for box in boxes for one in box.sent)
        yield from to_come.of_choreography(known.order, sent)
