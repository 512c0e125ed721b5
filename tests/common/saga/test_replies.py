"""What replies and time do, told as dialogues with a small saga."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from common.contracts.base import Done, Refused
from common.saga import (
    Phase,
    RefusalDoubted,
    ReplyArrived,
    StepStatus,
    advance,
    seconds,
)
from common.saga.dialogue import START, Dialogue
from tests.common.saga.trip import DATA, TripData, TripSaga


@pytest.fixture
def trip() -> Dialogue[TripData]:
    """A trip that has just started."""
    return Dialogue(TripSaga, DATA)


def book(trip: Dialogue[TripData]) -> None:
    """Hotel and flight are booked."""
    trip.expect("BOOK_HOTEL").done(room="12")
    trip.expect("BOOK_FLIGHT").done()


def test_success_teaches_the_saga_and_sends_the_next_command(
    trip: Dialogue[TripData],
) -> None:
    """Each command is a new turn; replies fill later commands."""
    assert trip.expect("BOOK_HOTEL", guest="Ada", attempt=1).command_id == "SAGA-1/1"
    advanced = trip.expect("BOOK_HOTEL").done(room="12")
    assert advanced.passed == ("HOTEL_BOOKED",)
    assert (trip.state.status, trip.state.current_step) == (
        "BOOKING_FLIGHT",
        "BOOK_FLIGHT",
    )
    assert trip.state.steps[0].data == {"room": "12"}
    trip.expect("BOOK_FLIGHT").done()
    trip.expect("PAY_TRIP", price=Decimal("100.10")).done()
    last = trip.expect("SEND_TICKETS", room="12")
    assert last.command_id == "SAGA-1/4"
    last.done()
    trip.ended("COMPLETED")
    assert trip.state.current_step == "COMPLETED"
    assert trip.state.wake_at is None


def test_a_refusal_undoes_what_was_done_newest_first(trip: Dialogue[TripData]) -> None:
    """Each undo waits for the confirmation of the one before."""
    book(trip)
    trip.expect("PAY_TRIP").refused("NO_MONEY", "the card is empty")
    assert (trip.state.status, trip.state.current_step) == (
        "COMPENSATING",
        "COMPENSATE",
    )
    trip.expect("CANCEL_FLIGHT").done()
    trip.expect("CANCEL_HOTEL", room="12", reason="NO_MONEY").done()
    trip.ended("COMPENSATED")
    assert (trip.state.failed_step, trip.state.reason, trip.state.message) == (
        "PAY_TRIP",
        "NO_MONEY",
        "the card is empty",
    )
    assert [s.status.value for s in trip.state.steps] == [
        "COMPENSATED",
        "COMPENSATED",
        "FAILED",
        "PENDING",
    ]


def test_a_refusal_with_nothing_done_fails_the_saga(trip: Dialogue[TripData]) -> None:
    """No undo is sent, and the current step is the failed one."""
    trip.expect("BOOK_HOTEL").refused("FULL")
    trip.expect_nothing()
    trip.ended("FAILED")
    assert trip.state.current_step == "BOOK_HOTEL"
    assert trip.state.steps[0].error == "FULL"


def test_a_repeated_reply_changes_nothing(trip: Dialogue[TripData]) -> None:
    """The reply to a turn that is over is only noted."""
    hotel = trip.expect("BOOK_HOTEL")
    before = hotel.done(room="12").state
    assert hotel.done(room="13").state is before
    trip.expect_nothing(note="repeated")
    assert trip.state.data.room == "12"


def test_a_reply_without_headers_answers_the_outstanding_command(
    trip: Dialogue[TripData],
) -> None:
    """A foreign producer names the command only; a command not out is not answered."""
    trip.expect("BOOK_HOTEL").done(room="12")
    trip.hear(ReplyArrived(command_name="PAY_TRIP", answer=Done()))
    trip.expect_nothing(note="none is out")
    trip.hear(ReplyArrived(command_name="BOOK_FLIGHT", answer=Done()))
    trip.expect("PAY_TRIP")


def test_a_reply_of_the_wrong_type_is_noted(trip: Dialogue[TripData]) -> None:
    """A SUCCESS that does not teach what it must is not a SUCCESS."""
    trip.hear(
        ReplyArrived(command_id="SAGA-1/1", command_name="BOOK_HOTEL", answer=Done())
    )
    trip.expect_nothing(note="answered by Done, not by HotelBooked")


def test_silence_is_asked_again_with_the_same_id_ever_more_slowly(
    trip: Dialogue[TripData],
) -> None:
    """Pauses double, and the deadline is never slept through."""
    asked = trip.expect("BOOK_HOTEL")
    pauses = []
    for resend in (1, 2):
        before = trip.now
        trip.wake()
        pauses.append(trip.now - before)
        again = trip.expect("BOOK_HOTEL")
        assert (again.command_id, again.resend) == (asked.command_id, resend)
        assert again.command == asked.command
    assert pauses == [seconds(5), seconds(10)]
    assert trip.state.wake_at == START + seconds(20)


def test_waking_early_changes_nothing(trip: Dialogue[TripData]) -> None:
    """The saga knows its own time."""
    before = trip.state
    trip.wait(seconds(4))
    trip.expect_nothing(note="too early")
    assert trip.state is before


def test_a_step_past_its_deadline_is_undone_though_it_never_answered(
    trip: Dialogue[TripData],
) -> None:
    """It may have happened: its own undo comes first."""
    trip.expect("BOOK_HOTEL").done(room="12")
    trip.wait(seconds(20))
    trip.expect("CANCEL_FLIGHT").done()
    trip.expect("CANCEL_HOTEL", reason="TIMEOUT").done()
    trip.ended("COMPENSATED")
    assert trip.state.failed_step == "BOOK_FLIGHT"


def test_a_success_after_the_deadline_is_left_to_the_undo(
    trip: Dialogue[TripData],
) -> None:
    """It is written down that it happened; nothing is sent or learnt."""
    hotel = trip.expect("BOOK_HOTEL")
    trip.wait(seconds(20))
    undo = trip.expect("CANCEL_HOTEL", room=None)
    hotel.done(room="12")
    trip.expect_nothing(note="its undo deals with it")
    assert trip.state.steps[0].completed_at == START + seconds(20)
    assert trip.state.data.room is None
    before = hotel.done(room="12").state
    assert hotel.done(room="12").state is before
    undo.done()
    trip.ended("COMPENSATED")


def test_a_step_that_refused_and_then_succeeded_is_undone_next(
    trip: Dialogue[TripData],
) -> None:
    """While the saga compensates, the contradiction joins the undo."""
    trip.expect("BOOK_HOTEL").done(room="12")
    flight = trip.expect("BOOK_FLIGHT")
    flight.refused("FULL")
    hotel_undo = trip.expect("CANCEL_HOTEL")
    flight.done()
    trip.expect_nothing(note="succeeded after it had refused")
    hotel_undo.done()
    trip.expect("CANCEL_FLIGHT").done()
    trip.ended("COMPENSATED")


@pytest.mark.parametrize("phase", [Phase.FAILED, Phase.COMPENSATED])
def test_a_contradiction_reopens_an_ended_saga_and_flags_it(
    trip: Dialogue[TripData], phase: Phase
) -> None:
    """What happened after all is undone after all, and a person is told."""
    asked = trip.expect("BOOK_HOTEL")
    if phase is Phase.COMPENSATED:
        asked.done(room="12")
        asked = trip.expect("BOOK_FLIGHT")
    asked.refused("FULL")
    if phase is Phase.COMPENSATED:
        trip.expect("CANCEL_HOTEL").done()
    trip.ended(phase.value)
    taught = {"room": "12"} if phase is Phase.FAILED else {}
    asked.done(**taught)
    assert trip.state.phase is Phase.COMPENSATING
    assert "succeeded after it had refused" in (trip.state.attention or "")
    (undo,) = trip.last.sends
    trip.expect(undo.command.name).done()
    trip.ended("COMPENSATED")
    trip.flagged(None)


def test_a_pivot_that_contradicts_itself_waits_for_a_person(
    trip: Dialogue[TripData],
) -> None:
    """No command can undo it: the saga stays open and flagged until it is settled."""
    book(trip)
    pay = trip.expect("PAY_TRIP")
    pay.refused("NO_MONEY")
    trip.expect("CANCEL_FLIGHT").done()
    trip.expect("CANCEL_HOTEL").done()
    trip.ended("COMPENSATED")
    pay.done()
    for _ in range(3):
        trip.expect_nothing(note="undo it by hand and settle it")
        assert trip.state.attention_since == trip.state.created_at
        trip.wake()
    trip.settle("PAY_TRIP", "bank transfer 7")
    trip.ended("COMPENSATED")
    assert trip.state.steps[2].settled is not None


def test_a_refused_undo_is_flagged_at_once_and_sent_anew(
    trip: Dialogue[TripData],
) -> None:
    """A new id each time, for ever, ever more slowly; a success clears the flag."""
    trip.expect("BOOK_HOTEL").done(room="12")
    trip.expect("BOOK_FLIGHT").refused("FULL")
    ids, pauses = [], []
    for _ in range(12):
        undo = trip.expect("CANCEL_HOTEL")
        ids.append(undo.command_id)
        undo.refused("BUSY", "call later")
        trip.expect_nothing(note="will be sent anew")
        trip.flagged("CANCEL_HOTEL was refused: BUSY: call later")
        before = trip.now
        trip.wake()
        pauses.append((trip.now - before) // timedelta(seconds=1))
    assert len(set(ids)) == len(ids)
    assert pauses == [5, 10, 20, 40, 60, 60, 60, 60, 60, 60, 300, 300]
    assert trip.state.attention_since == START
    trip.expect("CANCEL_HOTEL").done()
    trip.ended("COMPENSATED")
    trip.flagged(None)


def test_an_undo_that_is_not_answered_is_resent_for_ever_and_flagged(
    trip: Dialogue[TripData],
) -> None:
    """The third resend raises the flag; the id stays."""
    trip.expect("BOOK_HOTEL").done(room="12")
    trip.expect("BOOK_FLIGHT").refused("FULL")
    undo = trip.expect("CANCEL_HOTEL")
    for resend in range(1, 40):
        trip.wake()
        again = trip.expect("CANCEL_HOTEL")
        assert (again.command_id, again.resend) == (undo.command_id, resend)
        assert (trip.state.attention is not None) == (resend >= 3)
    again.done()
    trip.ended("COMPENSATED")


def test_a_refused_retriable_step_is_never_undone(trip: Dialogue[TripData]) -> None:
    """It is flagged, and sent anew under a new id until it succeeds."""
    book(trip)
    trip.expect("PAY_TRIP").done()
    first = trip.expect("SEND_TICKETS")
    first.refused("MAILBOX_FULL")
    assert trip.state.phase is Phase.RUNNING
    trip.flagged("SEND_TICKETS was refused: MAILBOX_FULL")
    trip.wake()
    second = trip.expect("SEND_TICKETS")
    assert second.command_id != first.command_id
    first.done()
    trip.expect_nothing(note="earlier turn")
    second.done()
    trip.ended("COMPLETED")
    trip.flagged(None)
    assert trip.state.steps[3].attempts == 2


def test_a_silent_pivot_is_asked_for_ever_for_it_cannot_be_undone(
    trip: Dialogue[TripData],
) -> None:
    """Past its deadline it is flagged; it can still refuse."""
    book(trip)
    pay = trip.expect("PAY_TRIP")
    trip.wake()
    trip.flagged(None)
    trip.wait(seconds(20))
    assert trip.expect("PAY_TRIP").command_id == pay.command_id
    trip.flagged("PAY_TRIP has not been answered")
    pay.refused("NO_MONEY")
    trip.expect("CANCEL_FLIGHT")


def test_a_late_refusal_changes_nothing(trip: Dialogue[TripData]) -> None:
    """Neither of a step that succeeded, nor of one that was given up."""
    hotel = trip.expect("BOOK_HOTEL")
    before = hotel.done(room="12").state
    assert hotel.refused("FULL").state is before
    trip.wait(seconds(20))
    undo = trip.expect("CANCEL_FLIGHT")
    before = trip.state
    trip.hear(
        ReplyArrived(
            command_id="SAGA-1/2",
            command_name="BOOK_FLIGHT",
            answer=Refused(reason="FULL"),
        )
    )
    assert trip.state is before
    undo.done()
    trip.expect("CANCEL_HOTEL")


def test_advance_leaves_the_state_it_was_given_alone(trip: Dialogue[TripData]) -> None:
    """A preview is free: advance and forget."""
    before = TripSaga.encode(trip.state)
    reply = ReplyArrived(command_name="BOOK_HOTEL", answer=Refused(reason="FULL"))
    assert advance(trip.state, reply, START).state.phase is Phase.FAILED
    assert TripSaga.encode(trip.state) == before
    assert trip.state.steps[0].status is StepStatus.IN_PROGRESS


class TestDoubtedRefusals:
    """FAILED, and something in the reply that says otherwise."""

    def test_the_step_waits_and_shows_why(self, trip: Dialogue[TripData]) -> None:
        """Nothing is undone, and nothing else is sent."""
        trip.expect("BOOK_HOTEL").doubted("asking the hotel")
        trip.expect_nothing("BOOK_HOTEL may have happened: asking the hotel")
        assert trip.state.status == "BOOKING_HOTEL"
        assert trip.state.steps[0].status is StepStatus.IN_PROGRESS
        assert trip.state.steps[0].error == "asking the hotel"

    def test_what_is_found_out_is_the_answer(self, trip: Dialogue[TripData]) -> None:
        """The step is done after all, and says nothing of it any more."""
        hotel = trip.expect("BOOK_HOTEL")
        hotel.doubted("asking the hotel")
        hotel.done(room="12")
        trip.expect("BOOK_FLIGHT")
        assert trip.state.steps[0].error is None
        assert trip.state.data.room == "12"

    def test_or_the_refusal_was_one(self, trip: Dialogue[TripData]) -> None:
        """Then the saga turns round as ever."""
        hotel = trip.expect("BOOK_HOTEL")
        hotel.doubted("asking the hotel")
        hotel.refused("FULL")
        trip.ended("FAILED")

    def test_it_has_its_time_anew_but_once(self, trip: Dialogue[TripData]) -> None:
        """A saga always ends, whatever is said of it how often."""
        hotel = trip.expect("BOOK_HOTEL")
        trip.wait(seconds(15))
        hotel.doubted("asking the hotel")
        trip.wait(seconds(19))
        trip.expect("BOOK_HOTEL")
        before = trip.state
        assert hotel.doubted("asking again").state is before
        trip.expect_nothing("doubted already")
        trip.wake()
        trip.expect("CANCEL_HOTEL", reason="TIMEOUT")
        assert trip.now == START + seconds(35)

    def test_the_command_is_sent_again_meanwhile(
        self, trip: Dialogue[TripData]
    ) -> None:
        """Its participant may come to know before anybody else does."""
        hotel = trip.expect("BOOK_HOTEL")
        hotel.doubted("asking the hotel")
        trip.wake()
        assert trip.expect("BOOK_HOTEL").command_id == hotel.command_id

    def test_one_without_an_id_is_of_the_command_that_is_out(
        self, trip: Dialogue[TripData]
    ) -> None:
        """As any reply."""
        answer = Refused(reason="DOUBTED")
        trip.hear(
            RefusalDoubted(command_name="BOOK_HOTEL", answer=answer, why="asking")
        )
        assert trip.state.steps[0].doubted_at == START

    def test_of_another_command_it_changes_nothing(
        self, trip: Dialogue[TripData]
    ) -> None:
        """Late, or foreign."""
        hotel = trip.expect("BOOK_HOTEL")
        hotel.done(room="12")
        before = trip.state
        assert hotel.doubted("asking").state is before
        trip.expect_nothing("repeated or late")

    def test_what_was_given_up_is_undone_all_the_same(
        self, trip: Dialogue[TripData]
    ) -> None:
        """And what has ended has ended."""
        hotel = trip.expect("BOOK_HOTEL")
        trip.cancel()
        undo = trip.expect("CANCEL_HOTEL")
        hotel.doubted("asking")
        trip.expect_nothing("repeated or late")
        undo.done()
        trip.ended("COMPENSATED")
        hotel.doubted("asking")
        trip.expect_nothing("repeated or late")
