"""What happened at Toss, as far as the payment service's books tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from orchestrator_svc.dashboard.story.events import money_of
from orchestrator_svc.dashboard.story.facts import Json, time_of
from orchestrator_svc.dashboard.story.happening import (
    Happening,
    Lane,
    Leg,
    Shape,
    Tone,
    Words,
)

BY_CUSTOMER, PROVIDER = "TOSS", "toss"
UNPAID = frozenset({"FAILED", "CANCELLED"})


def takes_part(attempt: Json) -> bool:
    """True where Toss has, had or is to have the money of this attempt."""
    method, provider = attempt["payment"]["paymentMethod"], attempt["provider"]
    return str(method) == BY_CUSTOMER or str(provider) == PROVIDER


def calls(attempts: Iterable[Json]) -> Iterator[Happening]:
    """The customer's payment, our confirm and its answer, and what was given back."""
    for attempt in attempts:
        if takes_part(attempt):
            yield from _charge(attempt)
            for refund in attempt["refunds"]:
                yield from _refund(attempt, refund)


def _charge(attempt: Json) -> Iterator[Happening]:
    payment, record = attempt["payment"], attempt["tossPaymentData"] or {}
    key, amount = payment["paymentId"], money_of(payment["amount"])
    begun = time_of(payment["createdAt"])
    booked = time_of(payment["processedAt"])
    if payment["paymentMethod"] == BY_CUSTOMER:
        yield _offer(key, begun)
    failed = payment["status"] in UNPAID and payment["failureReason"]
    if booked is None and not (failed and record):
        return
    over = booked or time_of(payment["updatedAt"])
    if payment["paymentMethod"] == BY_CUSTOMER:
        at = _between(begun, time_of(record.get("requestedAt")), over)
        words = _("pays in Toss's window")
        yield _call(f"{key}:paid", at, Lane.CUSTOMER, Lane.TOSS, words, amount=amount)
    at = _between(begun, time_of(record.get("approvedAt")), over)
    words = _("confirm") if payment["paymentMethod"] == BY_CUSTOMER else _("charge")
    paid = f"{key}:paid"
    yield _call(f"{key}:confirm", at, Lane.PAYMENT, Lane.TOSS, words, cause=paid)
    yield _call(
        f"{key}:answer",
        over,
        Lane.TOSS,
        Lane.PAYMENT,
        "DONE" if booked else str(record.get("status", "")),
        tone=Tone.GOOD if booked else Tone.BAD,
        cause=f"{key}:confirm",
        detail="" if booked else str(payment["failureReason"]),
    )


def _offer(key: str, at: datetime | None) -> Happening:
    return Happening(
        key=f"{key}:offered",
        at=at,
        lane=Lane.PAYMENT,
        shape=Shape.STATUS,
        label=_("waits for the customer"),
    )


def _refund(attempt: Json, refund: Json) -> Iterator[Happening]:
    at, key = time_of(refund["createdAt"]), refund["refundId"]
    amount, detail = money_of(refund["amount"]), str(refund["reason"])
    yield _call(
        f"{key}:cancel",
        at,
        Lane.PAYMENT,
        Lane.TOSS,
        _("cancel (refund)"),
        tone=Tone.UNDONE,
        detail=detail,
        amount=amount,
    )
    if refund["status"] == "PENDING":
        return
    done = refund["status"] == "DONE"
    back = time_of(attempt["payment"]["refundedAt"]) or at
    yield _call(
        f"{key}:cancelled",
        _between(at, back, back),
        Lane.TOSS,
        Lane.PAYMENT,
        _("given back") if done else _("refused"),
        tone=Tone.UNDONE if done else Tone.BAD,
        cause=f"{key}:cancel",
        detail="" if done else str(refund["failure"] or ""),
    )


def _call(
    key: str,
    at: datetime | None,
    lane: Lane,
    to: Lane,
    label: Words,
    **more: Any,
) -> Happening:
    return Happening(
        key=key,
        at=at,
        lane=lane,
        legs=(Leg(to, at),),
        shape=Shape.CALL,
        label=label,
        **more,
    )


def _between(
    first: datetime | None, told: datetime | None, last: datetime | None
) -> datetime | None:
    """Toss's time, which has only seconds, within what our own clock says."""
    found = told or last or first
    if found is not None and first is not None:
        found = max(found, first)
    if found is not None and last is not None:
        found = min(found, last)
    return found
