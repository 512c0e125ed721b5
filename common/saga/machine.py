"""The one table of rules: what an event does to a saga in each phase.

The theory. One command is out at a time, and a reply counts only if it names that
command; any other is noted and changes nothing, unless it shows that something has
happened which must be undone. A refusal turns the saga round: what is done is undone,
newest first, each undo confirmed before the next is sent. Silence is doubt: the same
command is sent again, and past its deadline it is undone as if it had happened. What
cannot be undone (the pivot, what comes after it, and every undo) is sent until it
succeeds. A refusal that is doubted moves nothing: the step waits, with its time anew
once, for what is found out. No rule drops a saga: it has ended, or `wake_at` says when
to look again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from common.saga import replies, requests
from common.saga.definition import Definition, definition_of
from common.saga.events import (
    Advanced,
    CancelAsked,
    Event,
    RefusalDoubted,
    ReplyArrived,
    RetryAsked,
    Settled,
    TimePassed,
)
from common.saga.state import D, Phase, SagaState

State = SagaState[Any]
Rule = Callable[[Definition, State, Any, datetime], Advanced[Any]]


def advance(state: SagaState[D], event: Event, now: datetime) -> Advanced[D]:
    """What the event makes of the saga.

    Raises RequestBlocked for a request this state can't grant, and UnknownDefinition
    for a row whose definition is not part of this program.
    """
    definition = definition_of(state.definition, state.version)
    return RULES[state.phase, type(event)](definition, state, event, now)


def retry_blocked_reason(state: SagaState[Any]) -> str | None:
    """The code that RetryAsked would be blocked with, None where it is granted."""
    block = requests.retry_block(definition_of(state.definition, state.version), state)
    return block.code if block else None


RULES: dict[tuple[Phase, type[Any]], Rule] = {
    (Phase.RUNNING, ReplyArrived): replies.reply_running,
    (Phase.RUNNING, RefusalDoubted): replies.doubt_running,
    (Phase.RUNNING, TimePassed): replies.wake,
    (Phase.RUNNING, CancelAsked): requests.cancel_running,
    (Phase.RUNNING, RetryAsked): requests.retry,
    (Phase.RUNNING, Settled): requests.settle,
    (Phase.COMPENSATING, ReplyArrived): replies.reply_compensating,
    (Phase.COMPENSATING, RefusalDoubted): replies.late_doubt,
    (Phase.COMPENSATING, TimePassed): replies.wake,
    (Phase.COMPENSATING, CancelAsked): requests.cancel_compensating,
    (Phase.COMPENSATING, RetryAsked): requests.retry,
    (Phase.COMPENSATING, Settled): requests.settle,
    (Phase.COMPLETED, ReplyArrived): replies.late_reply,
    (Phase.COMPLETED, RefusalDoubted): replies.late_doubt,
    (Phase.COMPLETED, TimePassed): replies.asleep,
    (Phase.COMPLETED, CancelAsked): requests.cancel_completed,
    (Phase.COMPLETED, RetryAsked): requests.retry,
    (Phase.COMPLETED, Settled): requests.nothing_to_settle,
    (Phase.COMPENSATED, ReplyArrived): replies.late_reply,
    (Phase.COMPENSATED, RefusalDoubted): replies.late_doubt,
    (Phase.COMPENSATED, TimePassed): replies.asleep,
    (Phase.COMPENSATED, CancelAsked): requests.no_cancel,
    (Phase.COMPENSATED, RetryAsked): requests.retry,
    (Phase.COMPENSATED, Settled): requests.nothing_to_settle,
    (Phase.FAILED, ReplyArrived): replies.late_reply,
    (Phase.FAILED, RefusalDoubted): replies.late_doubt,
    (Phase.FAILED, TimePassed): replies.asleep,
    (Phase.FAILED, CancelAsked): requests.no_cancel,
    (Phase.FAILED, RetryAsked): requests.retry,
    (Phase.FAILED, Settled): requests.nothing_to_settle,
}
