"""Answers other than Toss would give, for as long as somebody asked for them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from compose.toss_sandbox.errors import TossError
from compose.toss_sandbox.models import Behaviour

CALLS = ("confirm", "cancel", "billing", "find", "webhook")
ACTIONS = ("slow", "fail", "lose-answer", "refuse-before", "hold")
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


def mood_of(call: str) -> Mood:
    """What this call meets; a behaviour that counts is used up by it."""
    seconds, error, refuses, loses = 0.0, None, False, False
    for one in Behaviour.objects.filter(path__in=(call, "*")):
        if not _strikes(one):
            continue
        seconds += one.seconds if one.action == "slow" else 0.0
        refuses = refuses or one.action == "refuse-before"
        loses = loses or one.action == "lose-answer"
        if one.action == "fail":
            error = TossError(one.code or "COMMON_ERROR", status=one.status)
    return Mood(seconds, error, refuses, loses)


def holds_webhooks() -> bool:
    """True while somebody wants webhooks held back."""
    return Behaviour.objects.filter(path__in=("webhook",)).exists()


def read(body: Any) -> Behaviour:
    """The behaviour in a request. Raises ValueError with a sentence."""
    if not isinstance(body, dict):
        raise ValueError("must be a JSON object")  # noqa: TRY004 - one kind for all
    path, action = body.get("path", "*"), body.get("action")
    if path not in (*CALLS, "*"):
        raise ValueError(f"path must be one of {', '.join(CALLS)} or *")
    if action not in ACTIONS:
        raise ValueError(f"action must be one of {', '.join(ACTIONS)}")
    return Behaviour(
        path=path,
        action=action,
        seconds=_number(body, "seconds", 1.0, 0.0, LONGEST_S),
        status=int(_number(body, "status", 500, 400, 599)),
        code=str(body.get("code", ""))[:100],
        times=None
        if body.get("times") is None
        else int(_number(body, "times", 1, 1, 1e6)),
        rate=_number(body, "rate", 1.0, 0.0, 1.0),
    )


def _number(
    body: dict[str, Any], name: str, default: float, least: float, most: float
) -> float:
    value = body.get(name, default)
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number") from None
    if not least <= number <= most:
        raise ValueError(f"{name} must be from {least:g} to {most:g}")
    return number


def _strikes(one: Behaviour) -> bool:
    if one.rate < 1 and random.random() >= one.rate:  # noqa: S311 - no secret
        return False
    if one.times is None:
        return True
    with transaction.atomic():
        used = Behaviour.objects.filter(pk=one.pk, times__gt=0)
        strikes = used.update(times=F("times") - 1) == 1
        Behaviour.objects.filter(pk=one.pk, times=0).delete()
    return strikes
