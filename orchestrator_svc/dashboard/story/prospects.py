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
from orchestrator_svc.dashboard.story.happening import Words
from orchestrator_svc.dashboard.story.telling import Story

State = SagaState[Any]

NOT_LED: Words = _(
    "Nobody leads a choreographed order, so there is nothing to try again: it takes a"
    " new order."
)
UNKNOWN: Words = _("The order service does not answer.")
REASONS: Mapping[str, Words] = {
    "COMPLETED": _("It is completed: nothing is left to do."),
    "NEEDS_ATTENTION": _("It must end first, and waits for a person."),
    "NOT_ENDED": _("It is still running: only what has ended can be tried again."),
    "CANCELLED_BY_CUSTOMER": _("Its customer cancelled it: it takes a new order."),
    "CANCELLED_BY_OPERATOR": _("An operator cancelled it: it takes a new order."),
    "PAYMENT_REFUNDED": _(
        "Its customer paid in person and has the money back: only they can pay again."
    ),
    "ALREADY_CANCELLED": _("It was cancelled already."),
    "ALREADY_FAILED": _("It has failed and is undone: there is nothing to cancel."),
    "CANCELLING": _("It is being cancelled already."),
    "CANCELLED": _("It is cancelled already."),
    "FAILED": _("It has failed: there is nothing to cancel."),
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
    return Prospect(
        address=f"/sagas/{story.saga.saga_id}/retry", blocked=words_for(code)
    )


def cancel(story: Story, now: datetime) -> Prospect:
    """An end to it, whatever was done undone."""
    if story.saga is not None:
        code = _cancel_block(story.saga, now)
        address = f"/sagas/{story.saga.saga_id}/cancel"
        return Prospect(address=address, blocked=words_for(code))
    address = f"/orders/{story.order_id}/cancel"
    if story.order is None:
        return Prospect(address=address, blocked=UNKNOWN)
    return Prospect(address=address, blocked=REASONS.get(_stopped(story.order), ""))


def words_for(code: str | None) -> Words:
    """The sentence for a code of the machine's; its name where there is none."""
    return REASONS.get(code, code) if code else ""


def _stopped(order: Mapping[str, Any]) -> str:
    status = str(order["status"])
    return "" if status == "COMPLETED" else status


def _cancel_block(state: State, now: datetime) -> str | None:
    """Tried on a copy: a state is never changed."""
    try:
        advance(state, CancelAsked(by="operator"), now)
    except CancelBlocked as blocked:
        return blocked.code
    return None
