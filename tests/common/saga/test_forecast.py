"""A forecast is what happens when all goes well, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.saga import (
    CancelAsked,
    CancelBlocked,
    Event,
    Phase,
    RequestBlocked,
    RetryAsked,
    RetryBlocked,
    Settled,
    StepStatus,
    TimePassed,
)
from common.saga.dialogue import Dialogue
from common.saga.forecast import Forecast, forecast, forecast_start
from common.saga.walks import START
from tests.common.saga.test_properties import ACTIONS, Story
from tests.common.saga.trip import DATA, EXAMPLE, TripSaga

FORWARD = ["BOOK_HOTEL", "BOOK_FLIGHT", "PAY_TRIP", "SEND_TICKETS"]
CANCEL = CancelAsked(by="customer")
RETRY = RetryAsked(by="operator")


def trip(*answered: str) -> Dialogue[Any]:
    """A trip whose first commands are answered, the last by a refusal with `-`."""
    saga = Dialogue(TripSaga, DATA)
    for name in answered:
        asked = saga.expect(name.strip("-"))
        taught = {"room": "12"} if name == "BOOK_HOTEL" else {}
        if name.startswith("-"):
            asked.refused("NO")
        else:
            asked.done(**taught)
    return saga


def names(found: Forecast) -> list[str]:
    """What would be sent, in order; what is out already in brackets."""
    return [
        f"({one.command.name})" if one.is_out else one.command.name
        for one in found.commands
    ]


class TestStart:
    """forecast_start()."""

    def test_names_every_command_to_the_end(self) -> None:
        """In the order of the steps."""
        found = forecast_start(EXAMPLE.start())
        assert names(found) == FORWARD
        assert found.state.status == "COMPLETED"


class TestRetry:
    """forecast() of RetryAsked."""

    def test_of_a_compensated_saga_names_every_step_again(self) -> None:
        """For all that it had done is undone."""
        saga = trip("BOOK_HOTEL", "-BOOK_FLIGHT", "CANCEL_HOTEL")
        found = forecast(saga.state, RETRY, START)
        assert names(found) == FORWARD
        assert {one.command.attempt for one in found.commands} == {2}
        assert not any(one.undoes for one in found.commands)

    def test_of_a_running_saga_is_refused_as_the_retry_would_be(self) -> None:
        """With its code."""
        with pytest.raises(RetryBlocked) as blocked:
            forecast(trip().state, RETRY, START)
        assert blocked.value.code == "NOT_ENDED"


class TestCancel:
    """forecast() of CancelAsked."""

    @pytest.mark.parametrize(
        ("answered", "expected", "doubts"),
        [
            ((), ["CANCEL_HOTEL"], [True]),
            (("BOOK_HOTEL",), ["CANCEL_FLIGHT", "CANCEL_HOTEL"], [True, False]),
        ],
    )
    def test_of_a_running_saga_undoes_the_newest_first(
        self, answered: tuple[str, ...], expected: list[str], doubts: list[bool]
    ) -> None:
        """Whether the command that is out had its effect is not known."""
        found = forecast(trip(*answered).state, CANCEL, START)
        assert names(found) == expected
        assert [one.in_doubt for one in found.commands] == doubts
        assert all(one.undoes for one in found.commands)
        assert (found.state.status, found.undo_wanted) == ("COMPENSATED", False)

    def test_past_the_pivot_finishes_first_and_is_undone_then(self) -> None:
        """By another saga."""
        saga = trip("BOOK_HOTEL", "BOOK_FLIGHT")
        found = forecast(saga.state, CANCEL, START)
        assert names(found) == ["(PAY_TRIP)", "SEND_TICKETS"]
        assert (found.state.status, found.undo_wanted) == ("COMPLETED", True)

    def test_of_a_completed_saga_sends_nothing_itself(self) -> None:
        """It wants to be undone."""
        saga = trip(*FORWARD)
        found = forecast(saga.state, CANCEL, START)
        assert (names(found), found.undo_wanted) == ([], True)

    def test_of_one_that_is_turning_round_already_only_waits(self) -> None:
        """For the undo that is out."""
        saga = trip("BOOK_HOTEL", "-BOOK_FLIGHT")
        assert names(forecast(saga.state, CANCEL, START)) == ["(CANCEL_HOTEL)"]

    def test_of_one_whose_undo_was_refused_sends_it_anew(self) -> None:
        """Once its pause is over."""
        saga = trip("BOOK_HOTEL", "-BOOK_FLIGHT", "-CANCEL_HOTEL")
        found = forecast(saga.state, CANCEL, START)
        assert names(found) == ["CANCEL_HOTEL"]
        assert found.state.status == "COMPENSATED"

    def test_of_what_has_failed_is_refused(self) -> None:
        """As the cancel would be."""
        with pytest.raises(CancelBlocked):
            forecast(trip("-BOOK_HOTEL").state, CANCEL, START)


def test_a_settled_undo_lets_the_rest_be_undone() -> None:
    """The settled one is not sent again."""
    saga = trip("BOOK_HOTEL", "BOOK_FLIGHT", "-PAY_TRIP", "-CANCEL_FLIGHT")
    event = Settled(step="CANCEL_FLIGHT", by="lee", reference="T-1")
    found = forecast(saga.state, event, START)
    assert names(found) == ["CANCEL_HOTEL"]
    assert found.state.step("BOOK_FLIGHT").settled is not None


def test_what_only_a_person_can_undo_ends_the_forecast() -> None:
    """A pivot that refused and then succeeded after all has no undo."""
    saga = trip("BOOK_HOTEL", "BOOK_FLIGHT")
    pay = saga.expect("PAY_TRIP")
    pay.refused("NO")
    saga.expect("CANCEL_FLIGHT").done()
    saga.expect("CANCEL_HOTEL").done()
    pay.done()
    found = forecast(saga.state, CANCEL, START)
    assert (names(found), found.state.phase) == ([], Phase.COMPENSATING)
    assert not found.state.ended


EVENTS: list[Event] = [CANCEL, RETRY, TimePassed()]


@given(actions=ACTIONS, event=st.sampled_from(EVENTS))
@settings(max_examples=300, deadline=None)
def test_a_forecast_ends_and_changes_nothing(
    actions: list[tuple[str, int]], event: Event
) -> None:
    """Whatever the saga has been through."""
    story = Story(EXAMPLE)
    for action, number in actions:
        story.act(action, number)
    state = story.state
    encoded = TripSaga.encode(state)
    try:
        found = forecast(state, event, story.now)
    except RequestBlocked:
        return
    finally:
        assert TripSaga.encode(state) == encoded
    if isinstance(event, RetryAsked):
        assert names(found) == FORWARD
    if event is CANCEL and found.state.phase is Phase.COMPENSATED:
        undone = [one.step for one in found.commands]
        assert undone == sorted(undone, key=FORWARD.index, reverse=True)
    if not found.state.ended:
        waiting = [s for s in found.state.steps if s.status is StepStatus.COMPENSATING]
        assert [step.name for step in waiting] == ["PAY_TRIP"]
