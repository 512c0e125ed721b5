"""The sequence diagram as columns and rows; how it looks is the style sheet's affair.

Happenings in, a drawing out: no I/O, no clock, no markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2s

from orchestrator_svc.dashboard.story.happening import Happening, Lane, Leg

# More than this is not read at a glance: the first and the newest are shown.
HEAD, TAIL = 40, 80
# A pause that is worth a line of its own.
PAUSE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Column:
    """A lane of the drawing, counted from 1."""

    lane: Lane
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An arrow from column `start` to `end` (numbers of columns, left one first)."""

    start: int
    end: int
    leftward: bool
    leg: Leg
    took: timedelta | None

    @property
    def span(self) -> int:
        """How many columns it touches."""
        return self.end - self.start + 1

    @property
    def is_on_its_way(self) -> bool:
        """True while its receiver is not done with it, as far as we know."""
        return self.leg.heard and self.leg.at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the drawing: at which columns its words stand, and its arrows.

    `since` is the time from the first row to this one; `pause` the time without
    anything before it, where that is long.
    """

    anchor: str
    happening: Happening
    start: int
    end: int
    lines: tuple[Line, ...]
    since: timedelta | None
    pause: timedelta | None

    @property
    def span(self) -> int:
        """How many columns its words have."""
        return self.end - self.start + 1

    @property
    def is_to_come(self) -> bool:
        """True for what has not happened yet."""
        return self.happening.at is None

    @property
    def to(self) -> tuple[Lane, ...]:
        """Whom it reaches."""
        return tuple(line.leg.lane for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Columns and rows; `left_out` rows are missing before `rows_after`."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    rows_after: tuple[Row, ...] = ()
    left_out: int = 0

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """Every row that is shown."""
        return self.rows + self.rows_after


def draw(
    happened: Sequence[Happening],
    to_come: Sequence[Happening] = (),
    *,
    whole: bool = False,
) -> Drawing:
    """The drawing of what happened, in this order, and of what is to come after it."""
    everything = [*happened, *to_come]
    columns = {one.lane: one for one in columns_of(everything)}
    rows = _rows(everything, columns)
    if whole or len(rows) <= HEAD + TAIL:
        return Drawing(columns=tuple(columns.values()), rows=rows)
    return Drawing(
        columns=tuple(columns.values()),
        rows=rows[:HEAD],
        rows_after=rows[-TAIL:],
        left_out=len(rows) - HEAD - TAIL,
    )


def columns_of(happenings: Iterable[Happening]) -> list[Column]:
    """The lanes that take part, in their order; the three services always do."""
    found = {Lane.CUSTOMER, Lane.ORDER, Lane.PAYMENT, Lane.INVENTORY}
    for one in happenings:
        found |= {one.lane, *(leg.lane for leg in one.legs)}
    lanes = [lane for lane in Lane if lane in found]
    return [Column(lane, number) for number, lane in enumerate(lanes, start=1)]


def _rows(
    happenings: Sequence[Happening], columns: dict[Lane, Column]
) -> tuple[Row, ...]:
    first = next((one.at for one in happenings if one.at is not None), None)
    rows, before = [], first
    for one in happenings:
        since = one.at - first if one.at and first else None
        pause = one.at - before if one.at and before else None
        rows.append(
            _row(one, columns, since, pause if pause and pause >= PAUSE else None)
        )
        before = one.at or before
    return tuple(rows)


def _row(
    one: Happening,
    columns: dict[Lane, Column],
    since: timedelta | None,
    pause: timedelta | None,
) -> Row:
    lines = tuple(_line(one, leg, columns) for leg in one.legs if leg.lane != one.lane)
    here = columns[one.lane].number
    longest = max(lines, key=lambda line: line.span, default=None)
    return Row(
        anchor=anchor_of(one.key),
        happening=one,
        start=longest.start if longest else here,
        end=longest.end if longest else here,
        lines=lines,
        since=since,
        pause=pause,
    )


def _line(one: Happening, leg: Leg, columns: dict[Lane, Column]) -> Line:
    here, there = columns[one.lane].number, columns[leg.lane].number
    return Line(
        start=min(here, there),
        end=max(here, there),
        leftward=there < here,
        leg=leg,
        took=_took(one.at, leg.at),
    )


def _took(left: datetime | None, arrived: datetime | None) -> timedelta | None:
    """Never less than nothing: clocks of machines differ."""
    if left is None or arrived is None:
        return None
    return max(arrived - left, timedelta())


def anchor_of(key: str) -> str:
    """A row's id on the page, the same with every refresh, whatever the key is."""
    return "h-" + blake2s(key.encode(), digest_size=8).hexdigest()
