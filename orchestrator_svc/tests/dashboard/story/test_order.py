"""In which order things are told."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator_svc.dashboard.story.happening import Happening, Lane, Shape
from orchestrator_svc.dashboard.story.order import folded, in_order, moment_of
from orchestrator_svc.tests.dashboard.story.told import at


def one(key: str, after: float, **more: Any) -> Happening:
    """Something at the order's lane."""
    known: dict[str, Any] = {"lane": Lane.ORDER, "shape": Shape.COMMAND, **more}
    return Happening(key=key, at=at(after), label=key, **known)


def keys(*happenings: Happening) -> list[str]:
    """In the order they are told in."""
    return [each.key for each in in_order(happenings)]


def test_the_earlier_comes_first() -> None:
    """Whoever tells it."""
    assert keys(one("b", 2), one("a", 1)) == ["a", "b"]


def test_a_cause_comes_before_its_effect_by_whichever_clock() -> None:
    """However long the chain is."""
    cause = one("command", 30, message_id="command")
    answer = one("reply", 20, message_id="reply", cause="command")
    then = one("next", 10, cause="reply")
    assert keys(then, answer, cause) == ["command", "reply", "next"]


def test_the_cause_may_be_what_is_no_message() -> None:
    """An answer of Toss to our call."""
    assert keys(one("a", 1, cause="z"), one("z", 1)) == ["z", "a"]


def test_messages_that_name_each_other_as_cause_are_told_once_each() -> None:
    """A foreign producer may send what it likes."""
    first = one("a", 1, message_id="a", cause="b")
    second = one("b", 1, message_id="b", cause="a")
    own = one("c", 1, message_id="c", cause="c")
    assert sorted(keys(first, second, own)) == ["a", "b", "c"]


def test_within_a_millisecond_it_reads_as_it_must_have_been() -> None:
    """Who asks, what is sent, what it makes of the order, the answer, the end."""
    shapes = [Shape.REPLY, Shape.STATUS, Shape.COMMAND, Shape.ACT]
    found = [one(shape, 1, shape=shape) for shape in shapes]
    end = one("end", 1, shape=Shape.STATUS, lane=Lane.ORCHESTRATOR)
    assert keys(end, *found) == ["act", "command", "status", "reply", "end"]


def test_repeats_of_one_message_are_told_as_one() -> None:
    """How many, and until when."""
    asked = one("q", 0, message_id="q")
    again = [one(f"q+{n}", n, message_id="q", repeats=1) for n in (1, 2, 3)]
    assert [
        (each.key, each.repeats, each.until) for each in folded([asked, *again])
    ] == [("q", 0, None), ("q+1", 3, at(3))]


def test_repeats_with_something_between_stay_apart() -> None:
    """So do those of two messages."""
    told = [
        one("q+1", 1, message_id="q", repeats=1),
        one("other", 2),
        one("q+2", 3, message_id="q", repeats=1),
        one("p+1", 4, message_id="p", repeats=1),
    ]
    assert folded(told) == told


def test_what_is_to_come_has_no_moment() -> None:
    """It is not put in order."""
    coming = Happening(
        key="k", at=None, lane=Lane.ORDER, shape=Shape.EVENT, label="later"
    )
    with pytest.raises(ValueError, match="k has not happened"):
        moment_of(coming)
