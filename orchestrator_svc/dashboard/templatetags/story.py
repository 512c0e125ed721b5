"""The small parts of an order's page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.messaging.presentation import pretty as pretty_json
from common.saga import StepState
from common.ui.templatetags.ui import seconds
from orchestrator_svc.dashboard.story.drawing import anchor_of
from orchestrator_svc.dashboard.story.facts import Sent, time_of
from orchestrator_svc.dashboard.story.happening import Happening, Shape, Tone

register = template.Library()

MINUTES_FROM_S, HOURS_FROM_S = 100, 7200
SIGNS = {Tone.GOOD: "✓", Tone.BAD: "✕", Tone.UNDONE: "↺", Tone.WARN: "!"}
# What is no message has a sign of its own, whatever it means.
SIGNS_OF_SHAPES = {Shape.ACT: "●", Shape.LETTER: "✉", Shape.STATUS: "◆"}


@register.filter
def clock(moment: datetime | None) -> str:
    """The time of day in UTC, to the millisecond."""
    if moment is None:
        return "–"
    at = moment.astimezone(UTC)
    return f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}"


@register.filter
def parsed(text: Any) -> datetime | None:
    """The time in a text."""
    return time_of(text)


@register.filter
def elapsed(span: timedelta | None) -> str:
    """A span of time, short ones to the millisecond: 45 ms, 1.2 s, 2 min 5 s, 3.1 h."""
    if span is None:
        return "–"
    whole = span.total_seconds()
    if MINUTES_FROM_S <= whole < HOURS_FROM_S:
        minutes, rest = divmod(int(whole), 60)
        return f"{minutes} min {rest} s"
    return seconds(whole)


@register.filter
def took(step: StepState) -> str:
    """How long a step took to succeed."""
    if step.started_at is None or step.completed_at is None:
        return "–"
    return elapsed(step.completed_at - step.started_at)


@register.filter
def pretty(value: Any) -> str:
    """JSON with line breaks; text as it is."""
    return value if isinstance(value, str) else pretty_json(value)


@register.filter
def anchor(key: str, kind: str) -> str:
    """The id on the page of what has this key, apart from other kinds of it."""
    return f"{kind}{anchor_of(key)}"


@register.filter
def key(sent: Sent) -> str:
    """What tells a message from its repeats."""
    return f"{sent.message_id}+{sent.resend}" if sent.resend else sent.message_id


@register.simple_tag
def sign(happening: Happening) -> SafeString | str:
    """A sign for those who do not see colours."""
    by_shape = SIGNS_OF_SHAPES.get(happening.shape, "")
    shown = by_shape or SIGNS.get(happening.tone, "")
    if not shown:
        return ""
    return format_html('<span class="seq-sign" aria-hidden="true">{}</span>', shown)
