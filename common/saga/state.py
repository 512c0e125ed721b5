"""All that is known of one saga: an immutable record, kept as JSON in one row."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from common.contracts.base import Record

D = TypeVar("D", bound=Record)

# What `current_step` says where no forward command is out:
COMPENSATE = "COMPENSATE"
COMPLETED = "COMPLETED"


class Phase(StrEnum):
    """Where a saga is on its way; the last three are ends."""

    RUNNING = "RUNNING"
    COMPENSATING = "COMPENSATING"
    COMPLETED = "COMPLETED"
    COMPENSATED = "COMPENSATED"
    FAILED = "FAILED"

    @property
    def ended(self) -> bool:
        """True where nothing is outstanding."""
        return self not in (Phase.RUNNING, Phase.COMPENSATING)


class StepStatus(StrEnum):
    """How far one step is; FAILED means that it refused and has no effect."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    COMPENSATING = "COMPENSATING"
    COMPENSATED = "COMPENSATED"


class Settlement(Record, kw_only=True):
    """A person did by hand what the saga could not; `reference` proves it."""

    by: str
    reference: str
    at: datetime


class StepState(Record, kw_only=True, omit_defaults=True):
    """One step in the present try of the saga; `attempts` counts over all tries.

    While the step is IN_PROGRESS (COMPENSATING), no `command_id` (`undo_id`) means
    that it was refused and is sent anew at the saga's `wake_at`.
    """

    name: str
    status: StepStatus = StepStatus.PENDING
    attempts: int = 0
    command_id: str | None = None
    undo_id: str | None = None
    started_at: datetime | None = None
    # Set by a SUCCESS and kept when it is undone: it did happen.
    completed_at: datetime | None = None
    # Set by a refusal that is doubted: from then on the step has its time anew.
    doubted_at: datetime | None = None
    undone_at: datetime | None = None
    error: str | None = None
    resends: int = 0
    refusals: int = 0
    data: dict[str, Any] | None = None
    settled: Settlement | None = None


class CancelRequest(Record, kw_only=True):
    """Who asked for the order not to be, why and when."""

    by: str
    reason: str = ""
    at: datetime

    @property
    def code(self) -> str:
        """The reason a saga that this request turned round gives."""
        asked_by_customer = self.by.partition(":")[0] == "customer"
        return "CANCELLED_BY_CUSTOMER" if asked_by_customer else "CANCELLED_BY_OPERATOR"


class RetryEntry(Record, kw_only=True):
    """One more try that a person asked for; `result` is its end, once it has one."""

    retry_at: datetime
    from_step: str
    by: str
    reason: str = ""
    result: str | None = None


class SagaState(Record, Generic[D], kw_only=True, omit_defaults=True):
    """One saga. `status` and `current_step` are what users see, `phase` what decides.

    Either it has ended, or `wake_at` says when TimePassed is due.
    """

    saga_id: str
    key: str
    definition: str
    version: int
    phase: Phase = Phase.RUNNING
    status: str
    current_step: str
    attempt: int = 1
    turn: int = 0
    steps: tuple[StepState, ...]
    data: D
    failed_step: str | None = None
    reason: str | None = None
    message: str | None = None
    cancel: CancelRequest | None = None
    wake_at: datetime | None = None
    attention_since: datetime | None = None
    attention: str | None = None
    retries: tuple[RetryEntry, ...] = ()
    created_at: datetime
    updated_at: datetime

    @property
    def ended(self) -> bool:
        """True where nothing is outstanding."""
        return self.phase.ended

    @property
    def aborted(self) -> bool:
        """True where a request, not a refusal or a timeout, turned the saga round."""
        return self.reason is not None and self.failed_step is None

    def step(self, name: str) -> StepState:
        """The step of the command `name`; KeyError where there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)
