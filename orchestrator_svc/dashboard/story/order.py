"""In which order things are told: by cause, then by time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from orchestrator_svc.dashboard.story.happening import Happening, Lane, Shape

# How long a chain of effects before their causes is put right; ids that name each
# other as their cause would never be.
MAX_DEPTH = 20
# Within a millisecond: who asks, what is sent, what it makes of the order, the answer.
RANKS: Mapping[Shape, int] = {Shape.ACT: 0, Shape.STATUS: 2, Shape.REPLY: 3}
LAST = 4


def in_order(happenings: Iterable[Happening]) -> list[Happening]:
    """By time, but never an effect before its cause: clocks of machines differ."""
    by_time = sorted(happenings, key=lambda one: (moment_of(one), _rank(one), one.key))
    places = [(moment_of(one), 0) for one in by_time]
    causes = _by_key(by_time)
    for _round in range(MAX_DEPTH):
        before = list(places)
        for number, one in enumerate(by_time):
            cause = causes.get(one.cause, number)
            if cause != number and places[cause] >= places[number]:
                places[number] = (places[cause][0], places[cause][1] + 1)
        if places == before:
            break
    order = sorted(range(len(by_time)), key=lambda number: (*places[number], number))
    return [by_time[number] for number in order]


def moment_of(one: Happening) -> datetime:
    """When it happened. Raises ValueError for what is still to come."""
    if one.at is None:
        raise ValueError(f"{one.key} has not happened")
    return one.at


def folded(happenings: Sequence[Happening]) -> list[Happening]:
    """The same with repeats of one message, as long as nothing else comes, as one."""
    found: list[Happening] = []
    for one in happenings:
        last = found[-1] if found else None
        is_more = last is not None and last.repeats and one.repeats
        if last is not None and is_more and last.message_id == one.message_id:
            repeats = last.repeats + one.repeats
            found[-1] = replace(last, repeats=repeats, until=one.at, legs=one.legs)
        else:
            found.append(one)
    return found


def _rank(one: Happening) -> int:
    if one.shape is Shape.STATUS and one.lane is Lane.ORCHESTRATOR:
        return LAST
    return RANKS.get(one.shape, 1)


def _by_key(happenings: Sequence[Happening]) -> dict[str, int]:
    """Where each stands that others may name as their cause; a repeat is none."""
    found: dict[str, int] = {}
    for number, one in enumerate(happenings):
        found.setdefault(one.message_id or one.key, number)
    return found
