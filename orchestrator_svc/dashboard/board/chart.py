"""The last hour as bars: where each is drawn, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator_svc.dashboard.board.figures import Span

WIDTH, HEIGHT = 600, 96
GAP = 4
LEAST = 2  # the height of one among thousands
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: what it counts, and where it stands."""

    kind: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One span of time."""

    span: Span
    x: int
    width: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under a scale that ends in a round number."""

    bars: tuple[Bar, ...]
    top: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def shown_bars(self) -> tuple[Bar, ...]:
        """Those that have something to show."""
        return tuple(bar for bar in self.bars if bar.pieces)


def draw(spans: Sequence[Span]) -> Chart:
    """The chart of these spans, oldest on the left."""
    top = round_up(max((span.total for span in spans), default=0))
    width = WIDTH // max(1, len(spans))
    bars = (
        Bar(span, place * width + GAP // 2, width - GAP, _pieces(span, top))
        for place, span in enumerate(spans)
    )
    return Chart(tuple(bars), top)


def round_up(number: int) -> int:
    """The next number that a scale may end in: 1, 2, 5, 10, 20, 50 and so on."""
    size = 1
    while True:
        for step in STEPS:
            if number <= step * size:
                return step * size
        size *= 10


def _pieces(span: Span, top: int) -> tuple[Piece, ...]:
    """From the ground up: completed, compensated, failed."""
    found, ground = [], HEIGHT
    for kind in ("completed", "compensated", "failed"):
        number = getattr(span, kind)
        if number:
            height = min(max(LEAST, number * HEIGHT // top), ground)
            ground -= height
            found.append(Piece(kind, ground, height))
    return tuple(found)
