"""Comparisons and outcomes of a scenario."""

from __future__ import annotations

from decimal import Decimal

import pytest

from compose.scenarios.api import Record, Services
from compose.scenarios.cancelling import when_caught
from compose.scenarios.shop import (
    CHOREOGRAPHY,
    Line,
    Mismatch,
    Outcome,
    Placed,
    Run,
    cancelled_outcome,
    expect,
    expect_statuses,
    outcome_of,
    place,
)
from tests.compose.scenarios.fake_shop import FakeShop, running

LINE = Line("PROD002", 1, Decimal("29.99"), "Mouse")


def outcome(**statuses: str) -> Outcome:
    """An outcome in which each service says this."""
    saga = Record(status=statuses["saga"]) if "saga" in statuses else None
    return Outcome(
        order=Record(status=statuses["order"], history=[]),
        payment=Record(status=statuses["payment"]),
        saga=saga,
    )


def test_equal_values_pass_and_others_name_both() -> None:
    """A Mismatch says what, what was expected, and what was seen."""
    expect("stock", 3, 3)
    with pytest.raises(Mismatch) as raised:
        expect("stock", 3, 4)
    assert str(raised.value) == "stock: expected 3, seen 4"


def test_statuses_are_compared_all_at_once() -> None:
    """One that is off shows all of them, for they explain each other."""
    seen = outcome(order="COMPLETED", payment="FAILED")
    with pytest.raises(Mismatch) as raised:
        expect_statuses(seen, order="COMPLETED", payment="SUCCESS")
    assert raised.value.expected == '{"order": "COMPLETED", "payment": "SUCCESS"}'
    assert raised.value.seen == '{"order": "COMPLETED", "payment": "FAILED"}'


def test_a_saga_expected_where_there_is_none_is_a_mismatch() -> None:
    """A status of a service that knows nothing is not taken as right."""
    seen = outcome(order="COMPLETED", payment="SUCCESS")
    with pytest.raises(Mismatch):
        expect_statuses(seen, saga="COMPLETED")


def test_a_cancellation_that_met_a_completed_order_is_told_from_one_that_ran() -> None:
    """The saga's end, or the order's history, tells."""
    assert when_caught(
        outcome(saga="COMPENSATED", order="CANCELLED", payment="REFUNDED")
    ).endswith("caught running")
    assert when_caught(
        outcome(saga="COMPLETED", order="CANCELLED", payment="REFUNDED")
    ).endswith("just completed")
    running_one = outcome(order="CANCELLED", payment="REFUNDED")
    assert when_caught(running_one) == "202, caught running"


def test_an_order_of_the_past_is_not_waited_for() -> None:
    """An order that ended otherwise than hoped ends the wait at once."""
    with running(FakeShop()) as offset, Services(port_offset=offset) as services:
        run = Run(services)
        placed = place(run, CHOREOGRAPHY, LINE, customer="DECLINE")
        assert outcome_of(run, placed).statuses == {
            "order": "FAILED",
            "payment": "FAILED",
        }


def test_a_cancelled_order_is_waited_for_until_it_is_no_longer_completed() -> None:
    """COMPLETED is on the way to CANCELLED, so it does not end the wait."""
    shop = FakeShop()
    with (
        running(shop) as offset,
        Services(port_offset=offset, timeout=0.05) as services,
    ):
        run = Run(services)
        placed = place(run, CHOREOGRAPHY, LINE)
        with pytest.raises(Exception, match='last seen: "COMPLETED"'):
            cancelled_outcome(run, placed)
    assert placed == Placed(CHOREOGRAPHY, f"ORD-{1:032d}", "", LINE)
