"""The table is complete, and what a phase does not allow changes nothing."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from common.contracts.base import Done
from common.saga import (
    CancelAsked,
    CancelBlocked,
    Event,
    Phase,
    ReplyArrived,
    RequestBlocked,
    RetryAsked,
    RetryBlocked,
    SagaState,
    SettleBlocked,
    Settled,
    TimePassed,
    UnknownDefinition,
    advance,
    retry_blocked_reason,
)
from common.saga.dialogue import START, Dialogue
from common.saga.machine import RULES
from tests.common.saga.trip import DATA, TripData, TripSaga

FOREIGN = ReplyArrived(command_id="x", command_name="BOOK_HOTEL", answer=Done())
CANCEL = CancelAsked(by="customer")
RETRY = RetryAsked(by="operator")
SETTLE = Settled(step="BOOK_HOTEL", by="operator", reference="letter of 1 May")


def trip_in(phase: Phase) -> SagaState[TripData]:
    """A trip that is in this phase."""
    saga = Dialogue(TripSaga, DATA)
    hotel = saga.expect("BOOK_HOTEL")
    if phase is Phase.RUNNING:
        return saga.state
    if phase is Phase.FAILED:
        return hotel.refused("FULL").state
    hotel.done(room="12")
    flight = saga.expect("BOOK_FLIGHT")
    if phase is Phase.COMPLETED:
        flight.done()
        saga.expect("PAY_TRIP").done()
        return saga.expect("SEND_TICKETS").done().state
    flight.refused("FULL")
    if phase is Phase.COMPENSATED:
        saga.expect("CANCEL_HOTEL").done()
    return saga.state


def test_the_table_has_a_rule_for_every_event_in_every_phase() -> None:
    """No event can meet a saga that does not know what to do."""
    assert set(RULES) == {(p, kind) for p in Phase for kind in get_args(Event)}


@pytest.mark.parametrize("phase", Phase)
def test_a_trip_can_be_in_every_phase(phase: Phase) -> None:
    """The helper of this file tells the truth."""
    assert trip_in(phase).phase is phase


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("event", [FOREIGN, TimePassed()], ids=["foreign", "early"])
def test_a_foreign_reply_or_early_waking_changes_nothing(
    phase: Phase, event: Event
) -> None:
    """The state is the very same object, nothing is sent, and the note says why."""
    state = trip_in(phase)
    advanced = advance(state, event, START)
    assert advanced.state is state
    assert advanced.sends == ()
    assert advanced.note


@pytest.mark.parametrize(
    ("phase", "event", "error", "code"),
    [
        (Phase.RUNNING, RETRY, RetryBlocked, "NOT_ENDED"),
        (Phase.COMPENSATING, RETRY, RetryBlocked, "NOT_ENDED"),
        (Phase.COMPLETED, RETRY, RetryBlocked, "COMPLETED"),
        (Phase.COMPENSATED, CANCEL, CancelBlocked, "ALREADY_FAILED"),
        (Phase.FAILED, CANCEL, CancelBlocked, "ALREADY_FAILED"),
        (Phase.RUNNING, SETTLE, SettleBlocked, "NOT_BY_HAND"),
        (Phase.COMPENSATING, SETTLE, SettleBlocked, "NOT_STUCK"),
        (Phase.COMPLETED, SETTLE, SettleBlocked, "ALREADY_ENDED"),
        (Phase.COMPENSATED, SETTLE, SettleBlocked, "ALREADY_ENDED"),
        (Phase.FAILED, SETTLE, SettleBlocked, "ALREADY_ENDED"),
    ],
)
def test_an_illegal_request_is_blocked_with_its_code(
    phase: Phase, event: Event, error: type[RequestBlocked], code: str
) -> None:
    """Who asks for what can't be is told so, and the saga stays as it is."""
    state = trip_in(phase)
    before = TripSaga.encode(state)
    with pytest.raises(error) as blocked:
        advance(state, event, START)
    assert blocked.value.code == code
    assert blocked.value.message
    assert TripSaga.encode(state) == before


@pytest.mark.parametrize(
    ("phase", "code"),
    [
        (Phase.RUNNING, "NOT_ENDED"),
        (Phase.COMPENSATING, "NOT_ENDED"),
        (Phase.COMPLETED, "COMPLETED"),
        (Phase.COMPENSATED, None),
        (Phase.FAILED, None),
    ],
)
def test_lists_know_beforehand_what_blocks_a_retry(
    phase: Phase, code: str | None
) -> None:
    """`retry_blocked_reason` says what RetryAsked would meet."""
    assert retry_blocked_reason(trip_in(phase)) == code


def test_a_row_of_an_unknown_version_is_the_deployers_fault() -> None:
    """The sentence names the saga, the version and what is known."""
    state = replace(trip_in(Phase.RUNNING), version=99)
    with pytest.raises(UnknownDefinition, match="'trip' version 99 is not known"):
        advance(state, TimePassed(), START)
