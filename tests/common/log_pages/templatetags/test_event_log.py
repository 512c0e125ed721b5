"""Numbers and times of the log as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from common import clock
from common.log_pages.templatetags.event_log import (
    get,
    moment,
    rate,
    sign,
    span,
    thousands,
)

NOON = datetime(2026, 3, 1, 12, 0, 5, 7000, UTC)


def test_counts_are_grouped() -> None:
    """By thousands; one that is not there is none."""
    assert thousands(1234567) == "1,234,567"
    assert get({"DEAD": 3}, "DEAD") == 3
    assert get({}, "DEAD") == 0


@pytest.mark.parametrize(
    ("number", "words"),
    [(0.0, "0"), (0.0167, "0.02"), (9.5, "9.50"), (12345.6, "12,346")],
)
def test_a_rate_is_as_exact_as_it_is_small(number: float, words: str) -> None:
    """Little is told from nothing."""
    assert rate(number) == words


def test_a_span_has_its_unit() -> None:
    """And nothing is a dash."""
    assert span(timedelta(milliseconds=45)) == "45 ms"
    assert span(None) == "–"


def test_a_moment_names_its_day_unless_that_is_today() -> None:
    """Or where it is asked for; the title has it always."""
    with clock.clock_set_to(lambda: NOON):
        today, yesterday = moment(NOON), moment(NOON - timedelta(days=1))
        asked = moment(NOON, day=True)
    assert today == (
        '<time class="moment" datetime="2026-03-01T12:00:05.007000+00:00" '
        'title="2026-03-01 12:00:05.007 UTC">12:00:05.007</time>'
    )
    assert '<span class="quiet">2026-02-28</span> 12:00:05.007' in yesterday
    assert '<span class="quiet">2026-03-01</span> 12:00:05.007' in asked


def test_a_sign_is_for_those_who_see_no_colours() -> None:
    """Its words are text."""
    assert sign("bad", "<Down>") == (
        '<span class="tag tag-bad"><span aria-hidden="true">✕</span> &lt;Down&gt;'
        "</span>"
    )
