"""Happenings in, columns and rows out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orchestrator_svc.dashboard.story.drawing import (
    HEAD,
    TAIL,
    anchor_of,
    columns_of,
    draw,
)
from orchestrator_svc.dashboard.story.happening import Happening, Lane, Leg, Shape
from orchestrator_svc.tests.dashboard.story.told import at

SERVICES = (Lane.CUSTOMER, Lane.ORDER, Lane.PAYMENT, Lane.INVENTORY)


def one(
    lane: Lane, *to: Lane, after: float | None = 0, key: str = "k", **more: Any
) -> Happening:
    """A message from one lane to others."""
    return Happening(
        key=key,
        at=None if after is None else at(after),
        lane=lane,
        legs=tuple(Leg(each) for each in to),
        shape=Shape.EVENT,
        label=key,
        **more,
    )


@pytest.mark.parametrize(
    ("happened", "lanes"),
    [
        ([], SERVICES),
        ([one(Lane.ORDER, Lane.PAYMENT)], SERVICES),
        (
            [one(Lane.OPERATOR, Lane.ORCHESTRATOR)],
            (Lane.OPERATOR, Lane.CUSTOMER, Lane.ORCHESTRATOR, *SERVICES[1:]),
        ),
        ([one(Lane.PAYMENT, Lane.TOSS)], (*SERVICES, Lane.TOSS)),
    ],
)
def test_who_takes_part_has_a_column(
    happened: list[Happening], lanes: tuple[Lane, ...]
) -> None:
    """From left to right; orchestrator, operator and Toss only where they do."""
    found = columns_of(happened)
    assert tuple(each.lane for each in found) == lanes
    assert [each.number for each in found] == list(range(1, len(lanes) + 1))


@pytest.mark.parametrize(
    ("happening", "start", "end", "lines"),
    [
        (one(Lane.ORDER, Lane.PAYMENT), 2, 3, [(2, 3, False)]),
        (one(Lane.INVENTORY, Lane.ORDER), 2, 4, [(2, 4, True)]),
        # To both sides: the words stand at the first of the longest.
        (
            one(Lane.PAYMENT, Lane.INVENTORY, Lane.ORDER),
            3,
            4,
            [(3, 4, False), (2, 3, True)],
        ),
        # One beyond the other: the words have the whole way.
        (
            one(Lane.INVENTORY, Lane.PAYMENT, Lane.ORDER),
            2,
            4,
            [(3, 4, True), (2, 4, True)],
        ),
        (one(Lane.ORDER), 2, 2, []),
        (one(Lane.ORDER, Lane.ORDER), 2, 2, []),
    ],
)
def test_a_row_has_an_arrow_for_each_receiver(
    happening: Happening, start: int, end: int, lines: list[tuple[int, int, bool]]
) -> None:
    """And its words stand over the longest; a note has none."""
    (row,) = draw([happening]).rows
    assert (row.start, row.end) == (start, end)
    assert [(each.start, each.end, each.leftward) for each in row.lines] == lines


def test_a_row_says_how_long_after_the_first_it_was() -> None:
    """And how long nothing happened, where that was long."""
    told = [one(Lane.ORDER, after=after) for after in (100, 400, 3000)]
    rows = draw(told).rows
    assert [row.since for row in rows] == [
        timedelta(),
        timedelta(milliseconds=300),
        timedelta(milliseconds=2900),
    ]
    assert [row.pause for row in rows] == [None, None, timedelta(milliseconds=2600)]


def test_what_is_to_come_follows_and_has_no_time() -> None:
    """Nor is it on its way."""
    drawing = draw(
        [one(Lane.ORDER)], [one(Lane.TOSS, Lane.PAYMENT, after=None, key="later")]
    )
    happened, coming = drawing.rows
    assert (happened.is_to_come, coming.is_to_come) == (False, True)
    assert (coming.since, coming.pause) == (None, None)
    assert drawing.columns[-1].lane is Lane.TOSS


@pytest.mark.parametrize(
    ("leg", "is_on_its_way"),
    [
        (Leg(Lane.ORDER, at(5)), False),
        (Leg(Lane.ORDER), True),
        (Leg(Lane.ORDER, heard=False), False),
    ],
)
def test_a_message_is_on_its_way_until_its_receiver_says_otherwise(
    leg: Leg, is_on_its_way: bool
) -> None:
    """Of one that says nothing, nothing is said."""
    message = Happening(
        key="k", at=at(0), lane=Lane.PAYMENT, legs=(leg,), shape=Shape.EVENT, label="m"
    )
    (row,) = draw([message]).rows
    assert row.lines[0].is_on_its_way is is_on_its_way


@pytest.mark.parametrize(("count", "left_out"), [(120, 0), (121, 1), (1000, 880)])
def test_a_long_story_shows_its_beginning_and_its_end(
    count: int, left_out: int
) -> None:
    """And says how many rows are between."""
    told = [one(Lane.ORDER, after=n, key=str(n)) for n in range(count)]
    drawing = draw(told)
    assert drawing.left_out == left_out
    assert len(drawing.rows) + len(drawing.rows_after) == min(count, HEAD + TAIL)
    assert drawing.rows[0].happening.key == "0"
    last = (drawing.rows_after or drawing.rows)[-1]
    assert last.happening.key == str(count - 1)


def test_it_is_drawn_whole_where_that_is_asked_for() -> None:
    """All thousand rows."""
    told = [one(Lane.ORDER, after=n, key=str(n)) for n in range(1000)]
    assert len(draw(told, whole=True).rows) == 1000


def test_an_anchor_is_the_same_each_time_and_plain() -> None:
    """Whatever the key is made of."""
    assert anchor_of('"><script>') == anchor_of('"><script>')
    assert anchor_of("a") != anchor_of("b")
    assert anchor_of('"><script>').removeprefix("h-").isalnum()
