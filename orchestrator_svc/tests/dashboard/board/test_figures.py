"""Figures are what people take them for, also where there is little or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchestrator_svc.dashboard.board.figures import (
    SPAN,
    Figures,
    Span,
    begins,
    percentile,
)

NOW = datetime(2026, 3, 1, 12, 3, 59, 999000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "percent", "found"),
    [
        ([], 50, None),
        ([7.0], 50, 7.0),
        ([7.0], 95, 7.0),
        ([1.0, 2.0, 3.0, 4.0], 50, 2.0),
        ([float(n) for n in range(1, 101)], 95, 95.0),
        ([1.0, 2.0, 3.0], 95, 3.0),
    ],
)
def test_a_percentile_is_a_value_that_was_seen(
    values: list[float], percent: int, found: float | None
) -> None:
    """The least that so many do not exceed."""
    assert percentile(values, percent) == found


def test_an_hour_is_thirty_spans_and_now_is_in_the_last() -> None:
    """They begin on even minutes, so that a bar does not change its meaning."""
    starts = begins(NOW)
    assert len(starts) == 30
    assert starts[-1] == datetime(2026, 3, 1, 12, 2, tzinfo=UTC)
    assert starts[0] == starts[-1] - timedelta(minutes=58)
    assert all(start.minute % 2 == 0 for start in starts)
    assert starts[-1] <= NOW < starts[-1] + SPAN


def test_figures_count_what_runs_what_ended_and_what_can_be_tried_again() -> None:
    """The rate is of those that ended within the hour, whatever ended before."""
    spans = [
        Span(NOW, {"COMPLETED": 6, "FAILED": 1}),
        Span(NOW, {"COMPENSATED": 1}),
        Span(NOW, {}),
    ]
    counts = {
        "STARTED": 2,
        "COMPENSATING": 3,
        "COMPLETED": 900,
        "FAILED": 4,
        "COMPENSATED": 5,
    }
    figures = Figures(counts=counts, spans=spans, seconds=[0.1, 0.2, 9.0])
    assert figures.running == 5
    assert figures.retryable == 9
    assert figures.ended == 8
    assert figures.success_percent == 75.0
    assert (figures.median, figures.p95) == (0.2, 9.0)


def test_without_sagas_there_is_no_rate_and_no_time() -> None:
    """None is not nought per cent."""
    figures = Figures(counts={}, spans=[Span(NOW, {})], seconds=[])
    assert (figures.running, figures.ended, figures.retryable) == (0, 0, 0)
    assert (figures.success_percent, figures.median, figures.p95) == (None, None, None)
