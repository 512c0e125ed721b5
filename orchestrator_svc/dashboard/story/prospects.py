"""What can be done about the order now, and where it can't, why not in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.saga import (
    CancelAsked,
    CancelBlocked,
    SagaState,
    advance,
    retry_blocked_reason,
)
from orchestrator_svc.dashboard.acts.words import why_not
from orchestrator_svc.dashboard.story.happening import Words
from orchestrator_svc.dashboard.story.telling import Story

State = SagaState[Any]

NOT_LED: Words = _(
    "Nobody leads a choreographed order, so there is nothing to try again: it takes a"
    " new order."
)
# Where a choreographed order cannot be cancelled, and the code it is refused with.
CANCEL_BLOCKS: Mapping[str, str] = {
    "CANCELLING": "CANCEL_IN_PROGRESS",
    "CANCELLED": "ORDER_ALREADY_CANCELLED",
    "FAILED": "ORDER_FAILED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """Something to do: at `address`, unless `blocked` says why not."""

    address: str
    blocked: Words = ""


def retry(story: Story) -> Prospect:
    """One more try."""
    if story.saga is None:
        return Prospect(address="", blocked=NOT_LED)
    code = retry_blocked_reason(story.saga)
    address = f"/sagas/{story.saga.saga_id}/retry"
    return Prospect(address=address, blocked=_words_for(code))


def cancel(story: Story, now: datetime) -> Prospect:
    """An end to it, whatever was done undone."""
    if story.saga is not None:
        code = _cancel_block(story.saga, now)
        address = f"/sagas/{story.saga.saga_id}/cancel"
    else:
        code = _order_block(story.order)
        address = f"/orders/{story.order_id}/cancel"
    return Prospect(address=address, blocked=_words_for(code))


def _words_for(code: str | None) -> str:
    return why_not(code) if code else ""


def _order_block(order: Mapping[str, Any] | None) -> str | None:
    return "UNREACHABLE" if order is None else CANCEL_BLOCKS.get(str(order["status"]))


def _cancel_block(state: State, now: datetime) -> str | None:
    """Tried on a copy: a state is never changed."""
    try:
        advance(state, CancelAsked(by="operator"), now)
    except CancelBlocked as blocked:
        return blocked.code
    return None
