"""A bar is as high as what it counts, and none leaves the chart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator_svc.dashboard.board.chart import HEIGHT, WIDTH, draw, round_up
from orchestrator_svc.dashboard.board.figures import Span

AT = datetime(2026, 3, 1, tzinfo=UTC)
counts = st.integers(min_value=0, max_value=100_000)


@pytest.mark.parametrize(
    ("number", "top"), [(0, 1), (1, 1), (3, 5), (10, 10), (11, 20), (201, 500)]
)
def test_a_scale_ends_in_a_round_number(number: int, top: int) -> None:
    """The next of 1, 2, 5, 10, 20, 50 and so on."""
    assert round_up(number) == top


def test_pieces_stand_on_each_other_from_the_ground_up() -> None:
    """Completed, compensated, failed."""
    (bar,) = draw([Span(AT, {"COMPLETED": 5, "COMPENSATED": 3, "FAILED": 2})]).bars
    assert [(piece.kind, piece.y, piece.height) for piece in bar.pieces] == [
        ("completed", 48, 48),
        ("compensated", 20, 28),
        ("failed", 1, 19),
    ]


def test_one_among_thousands_is_seen() -> None:
    """It is two points high at least."""
    chart = draw([Span(AT, {"COMPLETED": 50_000}), Span(AT, {"FAILED": 1})])
    assert chart.bars[1].pieces[0].height == 2


def test_an_hour_without_an_end_shows_no_bar() -> None:
    """But a scale."""
    chart = draw([Span(AT, {})] * 30)
    assert (chart.shown_bars, chart.top) == ((), 1)


@given(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=30))
def test_no_bar_leaves_the_chart(ended: list[tuple[int, int, int]]) -> None:
    """Whatever was counted."""
    names = ("COMPLETED", "COMPENSATED", "FAILED")
    spans = [Span(AT, dict(zip(names, some, strict=True))) for some in ended]
    for bar in draw(spans).bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH
        for piece in bar.pieces:
            assert 0 <= piece.y <= piece.y + piece.height <= HEIGHT
