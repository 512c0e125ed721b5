"""Cancel, retry and settle, told as dialogues with a small saga."""

from __future__ import annotations

import pytest

from common.saga import CancelBlocked, Phase, RetryBlocked, SettleBlocked, seconds
from common.saga import retry_blocked_reason as blocked_reason
from common.saga.dialogue import START, Dialogue
from tests.common.saga.trip import DATA, TripData, TripSaga


@pytest.fixture
def trip() -> Dialogue[TripData]:
    """A trip that has just started."""
    return Dialogue(TripSaga, DATA)


def fail_at_flight(trip: Dialogue[TripData]) -> None:
    """The hotel is booked, the flight is not."""
    trip.expect("BOOK_HOTEL").done(room="12")
    trip.expect("BOOK_FLIGHT").refused("FULL")


class TestCancel:
    """An order that shall not be."""

    def test_a_running_saga_undoes_what_is_out_and_what_is_done(
        self, trip: Dialogue[TripData]
    ) -> None:
        """The command that is out may have happened."""
        trip.expect("BOOK_HOTEL").done(room="12")
        flight = trip.expect("BOOK_FLIGHT")
        trip.cancel(by="customer", reason="rain")
        undo = trip.expect("CANCEL_FLIGHT")
        flight.done()
        trip.expect_nothing(note="its undo deals with it")
        undo.done()
        trip.expect("CANCEL_HOTEL", reason="CANCELLED_BY_CUSTOMER").done()
        trip.ended("COMPENSATED")
        assert (trip.state.message, trip.state.failed_step) == ("rain", None)
        assert trip.state.aborted

    @pytest.mark.parametrize(
        ("by", "code"),
        [
            ("customer", "CANCELLED_BY_CUSTOMER"),
            ("customer:CUST-1", "CANCELLED_BY_CUSTOMER"),
            ("customers-desk", "CANCELLED_BY_OPERATOR"),
            ("anna", "CANCELLED_BY_OPERATOR"),
        ],
    )
    def test_the_reason_tells_customer_from_operator(
        self, trip: Dialogue[TripData], by: str, code: str
    ) -> None:
        """And a cancelled saga is not tried again."""
        trip.cancel(by=by)
        assert trip.state.reason == code
        trip.expect("CANCEL_HOTEL").done()
        assert blocked_reason(trip.state) == code
        with pytest.raises(RetryBlocked, match=f"was cancelled by {by}"):
            trip.retry()

    def test_past_the_point_of_no_return_it_is_remembered(
        self, trip: Dialogue[TripData]
    ) -> None:
        """The saga goes on; when it is completed, its undo is wanted."""
        trip.expect("BOOK_HOTEL").done(room="12")
        trip.expect("BOOK_FLIGHT").done()
        pay = trip.expect("PAY_TRIP")
        assert not trip.cancel().undo_wanted
        trip.expect_nothing(note="remembered")
        pay.done()
        assert trip.expect("SEND_TICKETS").done().undo_wanted
        trip.ended("COMPLETED")

    def test_remembered_and_then_refused_by_the_pivot(
        self, trip: Dialogue[TripData]
    ) -> None:
        """The refusal is the reason; the cancel still forbids a retry."""
        trip.expect("BOOK_HOTEL").done(room="12")
        trip.expect("BOOK_FLIGHT").done()
        pay = trip.expect("PAY_TRIP")
        trip.cancel()
        pay.refused("NO_MONEY")
        trip.expect("CANCEL_FLIGHT").done()
        trip.expect("CANCEL_HOTEL", reason="NO_MONEY").done()
        assert blocked_reason(trip.state) == "CANCELLED_BY_CUSTOMER"

    def test_a_completed_saga_wants_its_undo_once(
        self, trip: Dialogue[TripData]
    ) -> None:
        """The second request is told so."""
        trip.expect("BOOK_HOTEL").done(room="12")
        for name in ("BOOK_FLIGHT", "PAY_TRIP", "SEND_TICKETS"):
            trip.expect(name).done()
        assert trip.cancel().undo_wanted
        trip.expect_nothing(note="trip-undo undoes it")
        assert trip.state.status == "COMPLETED"
        with pytest.raises(CancelBlocked, match="already cancelled") as blocked:
            trip.cancel()
        assert blocked.value.code == "ALREADY_CANCELLED"

    def test_while_compensating_it_is_remembered(
        self, trip: Dialogue[TripData]
    ) -> None:
        """What is out is not sent again, nor changed; no retry afterwards."""
        fail_at_flight(trip)
        undo = trip.expect("CANCEL_HOTEL")
        trip.cancel()
        trip.expect_nothing(note="won't be tried again")
        trip.wake()
        assert trip.expect("CANCEL_HOTEL").command == undo.command
        undo.done()
        trip.ended("COMPENSATED")
        assert blocked_reason(trip.state) == "CANCELLED_BY_CUSTOMER"


class TestRetry:
    """One more try of what has failed."""

    def test_it_starts_anew_with_the_next_attempt(
        self, trip: Dialogue[TripData]
    ) -> None:
        """Steps are pending again, what was learnt is forgotten, ids are new."""
        fail_at_flight(trip)
        trip.expect("CANCEL_HOTEL").done()
        assert blocked_reason(trip.state) is None
        trip.retry(by="anna", reason="seats again")
        hotel = trip.expect("BOOK_HOTEL", attempt=2)
        assert hotel.command_id == "SAGA-1/4"
        assert (trip.state.phase, trip.state.attempt) == (Phase.RUNNING, 2)
        assert (trip.state.reason, trip.state.failed_step) == (None, None)
        assert trip.state.data.room is None
        assert [s.attempts for s in trip.state.steps] == [2, 1, 0, 0]
        (entry,) = trip.state.retries
        assert (entry.by, entry.reason, entry.from_step, entry.result) == (
            "anna",
            "seats again",
            "BOOK_FLIGHT",
            None,
        )

    def test_each_try_gets_its_result(self, trip: Dialogue[TripData]) -> None:
        """Failed again, then completed."""
        trip.expect("BOOK_HOTEL").refused("FULL")
        trip.retry()
        trip.expect("BOOK_HOTEL").refused("FULL")
        trip.retry()
        trip.expect("BOOK_HOTEL", attempt=3).done(room="1")
        for name in ("BOOK_FLIGHT", "PAY_TRIP", "SEND_TICKETS"):
            trip.expect(name, attempt=3).done()
        assert [r.result for r in trip.state.retries] == ["FAILED", "COMPLETED"]

    def test_a_reply_of_an_earlier_try_is_late(self, trip: Dialogue[TripData]) -> None:
        """It cannot move the present try."""
        first = trip.expect("BOOK_HOTEL")
        first.refused("FULL")
        before = trip.retry().state
        assert first.done(room="9").state is before
        trip.expect_nothing(note="earlier turn")

    def test_a_stuck_saga_needs_a_person_first(self, trip: Dialogue[TripData]) -> None:
        """The code tells it from one that only needs time."""
        fail_at_flight(trip)
        trip.expect("CANCEL_HOTEL").refused("BUSY")
        with pytest.raises(RetryBlocked, match="CANCEL_HOTEL was refused") as blocked:
            trip.retry()
        assert blocked.value.code == "NEEDS_ATTENTION"


class TestSettle:
    """What no command can do, a person may do by hand."""

    @pytest.mark.parametrize("name", ["BOOK_HOTEL", "CANCEL_HOTEL"])
    def test_a_stuck_undo_counts_as_done(
        self, trip: Dialogue[TripData], name: str
    ) -> None:
        """By whom, when and with which reference is kept."""
        fail_at_flight(trip)
        undo = trip.expect("CANCEL_HOTEL")
        undo.refused("CLOSED")
        trip.settle(name, "letter of 1 May")
        trip.ended("COMPENSATED")
        settled = trip.state.steps[0].settled
        assert settled is not None
        assert (settled.by, settled.reference, settled.at) == (
            "operator",
            "letter of 1 May",
            START,
        )
        trip.flagged(None)

    def test_a_stuck_retriable_step_counts_as_done(
        self, trip: Dialogue[TripData]
    ) -> None:
        """Its reply teaches nothing, so nothing is missing."""
        trip.expect("BOOK_HOTEL").done(room="12")
        trip.expect("BOOK_FLIGHT").done()
        trip.expect("PAY_TRIP").done()
        trip.expect("SEND_TICKETS").refused("NO_ADDRESS")
        trip.settle("SEND_TICKETS", "handed over at the desk")
        trip.ended("COMPLETED")
        assert trip.state.steps[3].settled is not None

    @pytest.mark.parametrize(
        ("step", "reference", "code"),
        [
            ("CANCEL_FLIGHT", "letter", "NOT_WAITING"),
            ("CANCEL_HOTEL", "  ", "NO_REFERENCE"),
        ],
    )
    def test_what_is_not_stuck_or_not_proven_is_refused(
        self, trip: Dialogue[TripData], step: str, reference: str, code: str
    ) -> None:
        """The saga stays as it is."""
        fail_at_flight(trip)
        trip.expect("CANCEL_HOTEL").refused("CLOSED")
        before = trip.state
        with pytest.raises(SettleBlocked) as blocked:
            trip.settle(step, reference)
        assert blocked.value.code == code
        assert trip.state is before

    def test_a_step_that_is_merely_slow_is_not_settled(
        self, trip: Dialogue[TripData]
    ) -> None:
        """Only what is flagged is stuck."""
        fail_at_flight(trip)
        trip.wait(seconds(5))
        with pytest.raises(SettleBlocked) as blocked:
            trip.settle("CANCEL_HOTEL", "letter")
        assert blocked.value.code == "NOT_STUCK"
