"""Sagas as data: no Django, no I/O, no clock.

    advanced = OrderSaga.start(saga_id, order_id, data, now)
    advanced = advance(advanced.state, ReplyArrived(...), now)

A definition is a class (`definition`), its state a record (`state`), what can happen an
event (`events`); `machine` holds the one table of rules.
"""

from common.saga.definition import Saga, definition_of, latest, registry
from common.saga.errors import (
    CancelBlocked,
    IllegalSaga,
    RequestBlocked,
    RetryBlocked,
    SagaError,
    SettleBlocked,
    UnknownDefinition,
)
from common.saga.events import (
    Advanced,
    CancelAsked,
    Event,
    RefusalDoubted,
    ReplyArrived,
    RetryAsked,
    Send,
    Settled,
    TimePassed,
)
from common.saga.machine import advance, retry_blocked_reason
from common.saga.state import (
    CancelRequest,
    Phase,
    RetryEntry,
    SagaState,
    Settlement,
    StepState,
    StepStatus,
)
from common.saga.steps import Kind, Step, filled, minutes, seconds, step

__all__ = [
    "Advanced",
    "CancelAsked",
    "CancelBlocked",
    "CancelRequest",
    "Event",
    "IllegalSaga",
    "Kind",
    "Phase",
    "RefusalDoubted",
    "ReplyArrived",
    "RequestBlocked",
    "RetryAsked",
    "RetryBlocked",
    "RetryEntry",
    "Saga",
    "SagaError",
    "SagaState",
    "Send",
    "SettleBlocked",
    "Settled",
    "Settlement",
    "Step",
    "StepState",
    "StepStatus",
    "TimePassed",
    "UnknownDefinition",
    "advance",
    "definition_of",
    "filled",
    "latest",
    "minutes",
    "registry",
    "retry_blocked_reason",
    "seconds",
    "step",
]
