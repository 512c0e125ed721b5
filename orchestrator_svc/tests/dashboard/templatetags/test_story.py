"""The small parts of an order's page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from orchestrator_svc.dashboard.story.happening import Happening, Lane, Shape, Tone
from orchestrator_svc.dashboard.templatetags.story import (
    anchor,
    clock,
    elapsed,
    pretty,
    sign,
    took,
)
from orchestrator_svc.tests.factories import NOW, WAYS, state_at

SEOUL = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 3, 1, 12, 0, 0, 123_999, tzinfo=UTC), "12:00:00.123"),
        (datetime(2026, 3, 1, 8, 5, tzinfo=SEOUL), "23:05:00.000"),
        (None, "–"),
    ],
)
def test_a_time_of_day_is_in_utc(moment: datetime | None, text: str) -> None:
    """To the millisecond."""
    assert clock(moment) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.045, "45 ms"),
        (1.25, "1.2 s"),
        (99, "99.0 s"),
        (148.9, "2 min 28 s"),
        (7199, "119 min 59 s"),
        (9000, "2.5 h"),
    ],
)
def test_a_span_is_said_as_exactly_as_it_matters(seconds: float, text: str) -> None:
    """Minutes with their seconds."""
    assert elapsed(timedelta(seconds=seconds)) == text


def test_a_span_that_is_not_known_is_a_dash() -> None:
    """So is a step that has not succeeded."""
    assert elapsed(None) == "–"
    assert took(state_at(()).steps[0]) == "–"


def test_a_step_took_from_its_start_to_its_success() -> None:
    """Here the clock stands still."""
    assert took(state_at(WAYS["COMPLETED"], now=NOW).steps[0]) == "0 ms"


def test_json_is_indented_and_text_left_as_it_is() -> None:
    """A payload may be neither."""
    assert pretty({"a": [1]}) == '{\n  "a": [\n    1\n  ]\n}'
    assert pretty({"a": Decimal("1.50")}) == '{\n  "a": 1.50\n}'
    assert pretty("no {json") == "no {json"


def test_anchors_of_two_kinds_do_not_meet() -> None:
    """A row and its message have the same key."""
    assert anchor("k", "m") != anchor("k", "w")


@pytest.mark.parametrize(
    ("shape", "tone", "shown"),
    [
        (Shape.REPLY, Tone.GOOD, "✓"),
        (Shape.REPLY, Tone.BAD, "✕"),
        (Shape.COMMAND, Tone.UNDONE, "↺"),
        (Shape.COMMAND, Tone.PLAIN, ""),
        (Shape.LETTER, Tone.BAD, "✉"),
        (Shape.ACT, Tone.WARN, "●"),
    ],
)
def test_what_a_colour_says_a_sign_says_too(
    shape: Shape, tone: Tone, shown: str
) -> None:
    """For the eye only: the words say it for those who listen."""
    one = Happening(
        key="k", at=None, lane=Lane.ORDER, shape=shape, tone=tone, label="x"
    )
    found = str(sign(one))
    assert (shown in found) if shown else found == ""
    assert not shown or 'aria-hidden="true"' in found
