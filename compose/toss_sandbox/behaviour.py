"""Answers other than Toss would give, for as long as somebody asked for them.

They stand for what lies between Toss and us: nothing of them is kept under an
idempotency key.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import F

from compose.toss_sandbox.books import writing
from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import Behaviour

WEBHOOK = "webhook"
PATHS = ("confirm", "cancel", "billing", "find", WEBHOOK, "*")
HOLD = "hold"
ACTIONS = ("slow", "fail", "lose-answer", "refuse-before", HOLD)
LONGEST_S = 120.0


class AnswerLost(Exception):
    """The connection breaks, with or without an effect."""


@dataclass(frozen=True, slots=True)
class Mood:
    """What one call meets: a wait, an error, a broken line before or after."""

    seconds: float = 0.0
    error: TossError | None = None
    refuses: bool = False
    loses_answer: bool = False

    def with_one(self, one: Behaviour) -> Mood:
        """The same with one behaviour more."""
        match one.action:
            case "slow":
                return replace(self, seconds=self.seconds + one.seconds)
            case "fail":
                error = TossError(one.code or "COMMON_ERROR", status=one.status)
                return replace(self, error=error)
            case "refuse-before":
                return replace(self, refuses=True)
            case _:
                return replace(self, loses_answer=True)


def mood_of(call: str) -> Mood:
    """What this call meets; a behaviour that counts is used up by it."""
    mood = Mood()
    for one in Behaviour.objects.filter(path__in=(call, "*")):
        if _strikes(one):
            mood = mood.with_one(one)
    return mood


def holds_webhooks() -> bool:
    """True while somebody wants webhooks held back."""
    return Behaviour.objects.filter(action=HOLD).exists()


def read(body: dict[str, Any]) -> Behaviour:
    """The behaviour in a request. Raises TossError."""
    action = _one_of(body, "action", ACTIONS, None)
    path = _one_of(body, "path", PATHS, WEBHOOK if action == HOLD else "*")
    if (action == HOLD) != (path == WEBHOOK):
        raise _wrong(f"{HOLD} is for path {WEBHOOK}, and no other action is.")
    code = body.get("code", "")
    if not isinstance(code, str) or len(code) > 100 or not code.isascii():
        raise _wrong("code must be an error code such as COMMON_ERROR.")
    return Behaviour(
        path=path,
        action=action,
        seconds=_number(body, "seconds", 0.0, LONGEST_S, 1.0),
        status=_whole(body, "status", 400, 599),
        code=code,
        times=_whole(body, "times", 1, 1_000_000),
        rate=_number(body, "rate", 0.0, 1.0, 1.0),
    )


def shown(one: Behaviour) -> dict[str, Any]:
    """A behaviour as JSON, in the words it was asked for with."""
    names = ("path", "action", "seconds", "status", "code", "times", "rate")
    return {name: getattr(one, name) for name in names}


def _wrong(message: str) -> TossError:
    return TossError("INVALID_REQUEST", message)


def _one_of(
    body: dict[str, Any], name: str, known: tuple[str, ...], default: str | None
) -> str:
    value = body.get(name, default)
    if value not in known:
        raise _wrong(f"{name} must be one of {', '.join(known)}.")
    return str(value)


def _number(
    body: dict[str, Any], name: str, least: float, most: float, default: float
) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float):
        raise _wrong(f"{name} must be a number.")
    if not least <= value <= most:
        raise _wrong(f"{name} must be from {least:g} to {most:g}.")
    return float(value)


def _whole(body: dict[str, Any], name: str, least: int, most: int) -> int | None:
    if body.get(name) is None:
        return None
    number = _number(body, name, least, most, least)
    if not number.is_integer():
        raise _wrong(f"{name} must be a whole number.")
    return int(number)


def _strikes(one: Behaviour) -> bool:
    if one.rate < 1 and random.random() >= one.rate:  # noqa: S311 - no secret
        return False
    if one.times is None:
        return True
    with writing():
        left = Behaviour.objects.filter(pk=one.pk, times__gt=0)
        strikes = left.update(times=F("times") - 1) == 1
        Behaviour.objects.filter(pk=one.pk, times=0).delete()
    return strikes
