"""The sagas that one transaction works on: read once, advanced in memory, written once.

Everything that changes a saga goes through here: replies, deadlines, cancels, retries.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from common.messaging import outbound
from common.messaging.envelope import Outbound
from common.saga import Advanced, SagaState, advance, definition_of
from common.saga import Event as SagaEvent
from common.storage.bulk import insert_rows, update_rows
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.sagas import CancelOrderSaga, undo_data

SERVICE = "orchestrator"
# The columns that `project` cuts from the state.
PROJECTED = (
    "status",
    "phase",
    "current_step",
    "attempt",
    "state",
    "wake_at",
    "attention_since",
    "updated_at",
)


class SagaBook:
    """Rows by saga id; `write` stores what changed and gives the commands to send."""

    def __init__(self, rows: Iterable[SagaInstance], now: datetime) -> None:
        self._rows = {row.saga_id: row for row in rows}
        self._states: dict[str, SagaState[Any]] = {}
        self._changed: dict[str, SagaInstance] = {}
        self._new: list[SagaInstance] = []
        self._sends: list[Outbound] = []
        self._now = now

    def __contains__(self, saga_id: str) -> bool:
        return saga_id in self._rows

    def saga_ids(self, definition: str) -> list[str]:
        """The sagas of one definition that are in this book."""
        return [i for i, row in self._rows.items() if row.definition == definition]

    def state(self, saga_id: str) -> SagaState[Any]:
        """The state as it stands in this book. KeyError for a saga not in it."""
        found = self._states.get(saga_id)
        if found is None:
            found = self._states[saga_id] = state_of(self._rows[saga_id])
        return found

    def apply(
        self, saga_id: str, event: SagaEvent, *, causation_id: str = ""
    ) -> Advanced[Any]:
        """Advance one saga; an error of the core leaves it as it was."""
        row = self._rows[saga_id]
        before = self.state(saga_id)
        advanced = advance(before, event, self._now)
        if advanced.state is not before:
            self._states[saga_id] = advanced.state
            self._changed[saga_id] = row
        self._collect(row, advanced, causation_id)
        if advanced.undo_wanted:
            self._start_undo(row, advanced.state)
        return advanced

    def add(
        self, row: SagaInstance, advanced: Advanced[Any], *, causation_id: str = ""
    ) -> None:
        """Take in a saga that has just started."""
        self._rows[row.saga_id] = row
        self._states[row.saga_id] = advanced.state
        self._new.append(row)
        self._collect(row, advanced, causation_id)

    def write(self) -> list[Outbound]:
        """Store all that changed, each row once; return the commands to send.

        Raises Conflict where another worker advanced one of the sagas meanwhile.
        """
        fresh = {row.saga_id for row in self._new}
        for saga_id in (*fresh, *self._changed):
            project(self._states[saga_id], self._rows[saga_id])
        insert_rows(SagaInstance, self._new)
        changed = [r for r in self._changed.values() if r.saga_id not in fresh]
        update_rows(SagaInstance, changed, PROJECTED)
        return self._sends

    def _start_undo(self, row: SagaInstance, completed: SagaState[Any]) -> None:
        saga_id = undo_id(completed)
        started = SagaInstance.objects.filter(saga_id=saga_id).exists()
        if saga_id in self._rows or started:
            return
        advanced = CancelOrderSaga.start(
            saga_id,
            completed.key,
            undo_data(completed),
            self._now,
            attempt=completed.attempt,
        )
        undo = new_row(advanced.state, row.customer_id, row.traceparent)
        undo.total_amount = row.total_amount
        self.add(undo, advanced, causation_id=row.saga_id)

    def _collect(
        self, row: SagaInstance, advanced: Advanced[Any], causation_id: str
    ) -> None:
        for send in advanced.sends:
            self._sends.append(
                outbound.command(
                    send.command,
                    command_id=send.command_id,
                    saga_id=row.saga_id,
                    order_id=row.order_id,
                    service=SERVICE,
                    now=self._now,
                    causation_id=causation_id,
                    traceparent=row.traceparent,
                    resend=send.resend,
                )
            )


def undo_id(completed: SagaState[Any]) -> str:
    """The id of the saga that undoes this try of an order: one, however often asked."""
    name = f"{completed.saga_id}/undo/{completed.attempt}"
    return f"SAGA-{uuid.uuid5(uuid.NAMESPACE_OID, name)}"


def state_of(row: SagaInstance) -> SagaState[Any]:
    """The saga's state, read by the definition and version that started it."""
    definition = definition_of(row.definition, row.definition_version)
    return definition.decode(row.state)


def new_row(
    state: SagaState[Any], customer_id: str, traceparent: str = ""
) -> SagaInstance:
    """A row for a saga that has just started."""
    row = SagaInstance(
        saga_id=state.saga_id,
        order_id=state.key,
        definition=state.definition,
        definition_version=state.version,
        customer_id=customer_id,
        total_amount=0,
        traceparent=traceparent,
        created_at=state.created_at,
    )
    project(state, row)
    return row


def project(state: SagaState[Any], row: SagaInstance) -> None:
    """Cut the columns that lists and sweeps ask for from the state."""
    row.status = state.status
    row.phase = state.phase.value
    row.current_step = state.current_step
    row.attempt = state.attempt
    row.state = definition_of(state.definition, state.version).encode(state)
    row.wake_at = state.wake_at
    row.attention_since = state.attention_since
    row.updated_at = state.updated_at
