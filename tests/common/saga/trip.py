"""A saga with a step of every kind: book, pay (no way back), send the tickets."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from common.contracts.base import Command, Done, Record
from common.saga import Kind, Saga, seconds, step
from common.saga.walks import Example


class HotelBooked(Done, frozen=True, kw_only=True):
    """The room is ours."""

    room: str


class BookHotel(Command, frozen=True, kw_only=True):
    """Book a room."""

    name: ClassVar[str] = "BOOK_HOTEL"
    to: ClassVar[str] = "hotel"
    done: ClassVar[type[Done]] = HotelBooked

    guest: str


class CancelHotel(Command, frozen=True, kw_only=True):
    """Give the room back."""

    name: ClassVar[str] = "CANCEL_HOTEL"
    to: ClassVar[str] = "hotel"

    room: str | None
    reason: str


class BookFlight(Command, frozen=True, kw_only=True):
    """Book a seat."""

    name: ClassVar[str] = "BOOK_FLIGHT"
    to: ClassVar[str] = "airline"

    guest: str


class CancelFlight(Command, frozen=True, kw_only=True):
    """Give the seat back."""

    name: ClassVar[str] = "CANCEL_FLIGHT"
    to: ClassVar[str] = "airline"

    guest: str


class PayTrip(Command, frozen=True, kw_only=True):
    """Take the money for good."""

    name: ClassVar[str] = "PAY_TRIP"
    to: ClassVar[str] = "bank"

    price: Decimal


class SendTickets(Command, frozen=True, kw_only=True):
    """Send what was booked."""

    name: ClassVar[str] = "SEND_TICKETS"
    to: ClassVar[str] = "mail"

    guest: str
    room: str | None


class TripData(Record, frozen=True, kw_only=True):
    """What the trip knows."""

    guest: str
    price: Decimal
    room: str | None = None


class TripSaga(Saga[TripData], name="trip", version=1, undone_by="trip-undo"):
    """A trip that is booked, paid and sent, or costs nothing."""

    hotel = step(
        BookHotel,
        undo=CancelHotel,
        running="BOOKING_HOTEL",
        done="HOTEL_BOOKED",
        within=seconds(20),
    )
    flight = step(
        BookFlight,
        undo=CancelFlight,
        running="BOOKING_FLIGHT",
        done="FLIGHT_BOOKED",
        within=seconds(20),
    )
    pay = step(
        PayTrip, kind=Kind.PIVOT, running="PAYING", done="PAID", within=seconds(20)
    )
    tickets = step(
        SendTickets, kind=Kind.RETRIABLE, running="SENDING", done="COMPLETED"
    )


DATA = TripData(guest="Ada", price=Decimal("100.10"))
EXAMPLE = Example(
    definition=TripSaga, data=DATA, answers={"BOOK_HOTEL": HotelBooked(room="12")}
)
