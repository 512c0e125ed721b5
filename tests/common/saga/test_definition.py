"""Definitions are found by name and version, and write states they can read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from msgspec.structs import replace

from common.saga import (
    CancelBlocked,
    Kind,
    Saga,
    UnknownDefinition,
    definition_of,
    filled,
    latest,
    registry,
    seconds,
    step,
)
from common.saga.dialogue import Dialogue
from tests.common.saga.trip import (
    DATA,
    BookHotel,
    CancelHotel,
    SendTickets,
    TripData,
    TripSaga,
)


@pytest.fixture
def trip_2() -> Iterator[type[Saga[TripData]]]:
    """A newer trip, without flight and payment."""

    class ShortTripSaga(Saga[TripData], name="trip", version=2):
        """A night in a hotel."""

        hotel = step(
            BookHotel,
            undo=CancelHotel,
            running="BOOKING_HOTEL",
            done="HOTEL_BOOKED",
            within=seconds(20),
        )
        tickets = step(
            filled(SendTickets, room=lambda state: f"room {state.data.room}"),
            kind=Kind.RETRIABLE,
            running="SENDING",
            done="COMPLETED",
        )

    yield ShortTripSaga
    del registry["trip", 2]


def test_a_new_version_runs_beside_the_old_one(trip_2: type[Saga[TripData]]) -> None:
    """New sagas start with the newest; a row goes on with its own."""
    old = Dialogue(TripSaga, DATA)
    assert latest("trip") is trip_2
    new = Dialogue(trip_2, DATA)
    for saga in (old, new):
        saga.expect("BOOK_HOTEL").done(room="12")
    old.expect("BOOK_FLIGHT")
    new.expect("SEND_TICKETS", room="room 12")
    row = TripSaga.encode(old.state)
    assert definition_of("trip", 1).decode(row) == old.state


def test_what_is_not_there_is_said_to_be_missing() -> None:
    """The sentence names what is known."""
    with pytest.raises(UnknownDefinition, match=r"'voyage' version 0 .*\('trip', 1\)"):
        latest("voyage")


def test_a_state_reads_back_as_it_was_written() -> None:
    """Decimals to the last digit, times in UTC, requests and retries with it."""
    saga = Dialogue(TripSaga, replace(DATA, price=Decimal("99999999999.10")))
    saga.expect("BOOK_HOTEL").refused("FULL", "«voll»")
    saga.retry(reason="again")
    saga.expect("BOOK_HOTEL").done(room="12")
    saga.cancel()
    saga.expect("CANCEL_FLIGHT").refused("BUSY")
    saga.settle("CANCEL_FLIGHT", "letter")
    text = TripSaga.encode(saga.state)
    assert TripSaga.decode(text) == saga.state
    assert TripSaga.encode(TripSaga.decode(text.encode())) == text
    assert '"price":"99999999999.10"' in text


def test_a_saga_may_start_with_a_later_attempt() -> None:
    """What undoes the second try speaks of the second try."""
    saga = Dialogue(TripSaga, DATA, attempt=2)
    saga.expect("BOOK_HOTEL", attempt=2)
    assert saga.state.attempt == 2


def test_what_no_saga_undoes_can_not_be_cancelled_late(
    trip_2: type[Saga[TripData]],
) -> None:
    """Without `undone_by` nothing is remembered that nobody would do."""
    saga = Dialogue(trip_2, DATA)
    saga.expect("BOOK_HOTEL").done(room="12")
    with pytest.raises(CancelBlocked, match="past the point") as blocked:
        saga.cancel()
    assert blocked.value.code == "PAST_PIVOT"
    saga.expect("SEND_TICKETS").done()
    with pytest.raises(CancelBlocked, match="no saga can undo it") as blocked:
        saga.cancel()
    assert blocked.value.code == "ALREADY_ENDED"
