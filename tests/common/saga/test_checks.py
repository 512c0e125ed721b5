"""A wrong saga can't be imported, and the sentence says what is wrong."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from common.contracts.base import Command, Done, Record
from common.saga import IllegalSaga, Kind, Saga, Step, filled, registry, seconds, step
from tests.common.saga.trip import (
    BookFlight,
    BookHotel,
    CancelFlight,
    CancelHotel,
    HotelBooked,
    PayTrip,
    SendTickets,
    TripData,
)


class Poor(Record, frozen=True, kw_only=True):
    """Data without a room."""

    guest: str


class Hasty(Record, frozen=True, kw_only=True):
    """Data that wants the room before it can be known."""

    guest: str
    room: str


class Nameless(Command, frozen=True, kw_only=True):
    """A command that forgot its name."""


class Talkative(Command, frozen=True, kw_only=True):
    """An undo with something to tell."""

    name: ClassVar[str] = "TALK"
    to: ClassVar[str] = "hotel"
    done: ClassVar[type[Done]] = HotelBooked


class Odd(Command, frozen=True, kw_only=True):
    """A command with a reply nobody knows."""

    name: ClassVar[str] = "ODD"
    to: ClassVar[str] = "hotel"
    done: ClassVar[Any] = str


def hotel(**changes: Any) -> Step:
    """The sound first step, or what a test makes of it."""
    given: dict[str, Any] = {
        "undo": CancelHotel,
        "running": "BOOKING",
        "done": "BOOKED",
        "within": seconds(5),
    }
    return step(changes.pop("command", BookHotel), **(given | changes))


def flight(**changes: Any) -> Step:
    """The same for the flight."""
    return hotel(**({"command": BookFlight, "undo": CancelFlight} | changes))


def last(**changes: Any) -> Step:
    """A sound last step."""
    given: dict[str, Any] = {
        "command": SendTickets,
        "kind": Kind.RETRIABLE,
        "undo": None,
        "done": "COMPLETED",
    }
    return hotel(**(given | changes))


def pivot(**changes: Any) -> Step:
    """A sound pivot."""
    given = {"command": PayTrip, "kind": Kind.PIVOT, "undo": None}
    return hotel(**(given | changes))


@pytest.fixture(autouse=True)
def _registry_unchanged() -> Iterator[None]:
    before = dict(registry)
    yield
    registry.clear()
    registry.update(before)


def read(
    data: type[Any] = TripData, doc: str | None = "Keep a promise.", **steps: Step
) -> type[Saga[Any]]:
    """The class that a file with these steps would define."""
    bases = {"__orig_bases__": (types.GenericAlias(Saga, (data,)),)}
    body: dict[str, Any] = {"__doc__": doc, **bases, **steps}
    made: type[Saga[Any]] = types.new_class(
        "Made",
        (Saga,),
        {"name": "made", "version": 1},
        lambda names: names.update(body),
    )
    return made


CASES: dict[str, tuple[Callable[[], object], str]] = {
    "no promise": (
        lambda: read(doc=None, tickets=last()),
        "Made: its docstring must say what it promises",
    ),
    "no step": (read, "Made: a saga has at least one step"),
    "data is no record": (
        lambda: read(data=dict, tickets=last()),
        "Made: its data, dict, must be a Record",
    ),
    "a step under a name of the base": (
        lambda: read(start=last()),
        "Made.start: every saga already has something of that name",
    ),
    "a field of the base": (
        lambda: read(version=last()),
        "Made.version: every saga already has something of that name",
    ),
    "missing undo": (
        lambda: read(hotel=hotel(undo=None), tickets=last()),
        "Made.hotel: a compensatable step needs an undo",
    ),
    "undo of a pivot": (
        lambda: read(hotel=pivot(undo=CancelHotel), tickets=last()),
        "Made.hotel: a PIVOT step is never undone: drop its undo",
    ),
    "no deadline": (
        lambda: read(hotel=hotel(within=None), tickets=last()),
        r"Made.hotel: a COMPENSATABLE step needs a deadline \(within=\)",
    ),
    "not a command": (
        lambda: read(hotel=hotel(command=HotelBooked), tickets=last()),
        "Made.hotel: <class .*HotelBooked'> is not a Command",
    ),
    "a command without a name": (
        lambda: read(hotel=hotel(command=Nameless), tickets=last()),
        "Made.hotel: Nameless must say its name and to whom it goes",
    ),
    "a field nobody fills": (
        lambda: read(hotel=hotel(command=PayTrip), tickets=last(), data=Poor),
        r"PayTrip.price can't be filled: Poor has no 'price'; add it there, or use",
    ),
    "reason of a command that is no undo": (
        lambda: read(hotel=hotel(command=CancelHotel), tickets=last()),
        "Made.hotel: CancelHotel.reason can't be filled",
    ),
    "filling a field that is not there": (
        lambda: read(hotel=hotel(command=filled(BookHotel, gust=1)), tickets=last()),
        "Made.hotel: BookHotel has no field 'gust' to be filled",
    ),
    "a reply that can't be learnt": (
        lambda: read(
            data=Poor,
            hotel=hotel(undo=CancelFlight),
            tickets=last(command=filled(SendTickets, room="1")),
        ),
        "Made.hotel: HotelBooked teaches 'room', which Poor has no field for",
    ),
    "learnt without a default": (
        lambda: read(data=Hasty, hotel=hotel(), tickets=last()),
        "Made.hotel: Hasty.room is learnt from HotelBooked: it needs a default",
    ),
    "an undo that teaches": (
        lambda: read(hotel=hotel(undo=Talkative), tickets=last()),
        "Made.hotel: nobody handles what HotelBooked teaches",
    ),
    "a reply of an unknown type": (
        lambda: read(hotel=hotel(command=Odd), tickets=last()),
        "Made.hotel: the reply of Odd is <class 'str'>, which is no Done",
    ),
    "compensatable after retriable": (
        lambda: read(tickets=last(), hotel=hotel(done="COMPLETED")),
        "Made.hotel: a COMPENSATABLE step can't come after tickets, which is RETRIABLE",
    ),
    "two pivots": (
        lambda: read(pay=pivot(), again=pivot(command=BookFlight)),
        "Made.again: a saga has at most one pivot, and pay is it",
    ),
    "a command twice": (
        lambda: read(hotel=hotel(), flight=flight(undo=CancelHotel), tickets=last()),
        "Made: CANCEL_HOTEL appears 2 times",
    ),
    "an end that is none": (
        lambda: read(hotel=hotel(), tickets=last(done="SENT")),
        "Made.tickets: after the last step a saga is COMPLETED, not 'SENT'",
    ),
    "the same name and version twice": (
        lambda: [read(tickets=last()), read(tickets=last())],
        "Made: Made is already saga 'made' version 1; give a changed saga the next",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_illegal_saga_says_why(case: str) -> None:
    """One sentence: which class, which step, what is wrong."""
    make_it, sentence = CASES[case]
    with pytest.raises(IllegalSaga, match=sentence):
        make_it()


def test_a_saga_without_data_says_so() -> None:
    """`class X(Saga, …)` forgets what it knows."""
    with pytest.raises(IllegalSaga, match=r"say what it knows, as in Saga\[OrderData"):

        class Made(Saga, name="made", version=1):  # type: ignore[type-arg]
            """Keep a promise."""

            tickets = last()


def test_a_sound_saga_is_read_and_registered() -> None:
    """Steps stand in the order of the class body, under their attributes' names."""
    made = read(hotel=hotel(), flight=flight(), pay=pivot(), tickets=last())
    assert [step.attribute for step in made.steps] == [
        "hotel",
        "flight",
        "pay",
        "tickets",
    ]
    assert registry["made", 1] is made
