"""Pages are drawn from what the machine does."""

from __future__ import annotations

from common.saga.diagram import page, state_diagram, stories_table
from tests.common.saga.trip import EXAMPLE


def test_the_state_diagram_holds_every_transition() -> None:
    """Forward, back, for ever, and what a person asks for."""
    assert state_diagram(EXAMPLE).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> BOOK_HOTEL",
        '    state "BOOKING_HOTEL: BOOK_HOTEL" as BOOK_HOTEL',
        '    state "BOOKING_FLIGHT: BOOK_FLIGHT" as BOOK_FLIGHT',
        '    state "PAYING: PAY_TRIP" as PAY_TRIP',
        '    state "SENDING: SEND_TICKETS" as SEND_TICKETS',
        "    state COMPENSATING {",
        "        CANCEL_HOTEL --> CANCEL_HOTEL: REFUSED, WAIT",
        "        CANCEL_FLIGHT --> CANCEL_HOTEL: SUCCESS",
        "        CANCEL_FLIGHT --> CANCEL_FLIGHT: REFUSED, WAIT",
        "    }",
        "    BOOK_HOTEL --> BOOK_FLIGHT: SUCCESS",
        "    BOOK_HOTEL --> FAILED: REFUSED",
        "    BOOK_HOTEL --> CANCEL_HOTEL: TIMEOUT, CANCEL",
        "    BOOK_FLIGHT --> PAY_TRIP: SUCCESS",
        "    BOOK_FLIGHT --> CANCEL_HOTEL: REFUSED",
        "    BOOK_FLIGHT --> CANCEL_FLIGHT: TIMEOUT, CANCEL",
        "    FAILED --> BOOK_HOTEL: RETRY",
        "    CANCEL_HOTEL --> COMPENSATED: SUCCESS",
        "    PAY_TRIP --> SEND_TICKETS: SUCCESS",
        "    PAY_TRIP --> CANCEL_FLIGHT: REFUSED",
        "    COMPENSATED --> BOOK_HOTEL: RETRY",
        "    SEND_TICKETS --> COMPLETED: SUCCESS",
        "    SEND_TICKETS --> SEND_TICKETS: REFUSED, WAIT",
        "    COMPLETED --> saga_trip_undo: CANCEL",
        "    FAILED --> [*]",
        "    COMPENSATED --> [*]",
        "    COMPLETED --> [*]",
    ]


def test_each_story_has_one_row() -> None:
    """The commands stand in the order in which they were sent."""
    rows = stories_table(EXAMPLE).splitlines()[2:]
    assert (
        "| REFUSED at PAY_TRIP | BOOK_HOTEL, BOOK_FLIGHT, PAY_TRIP, CANCEL_FLIGHT,"
        " CANCEL_HOTEL | COMPENSATED |"
    ) in rows
    assert len(rows) == len(set(rows))


def test_a_page_says_how_it_is_made() -> None:
    """Nobody edits it by hand."""
    assert "by `make it`; a test fails when it is stale" in page(EXAMPLE, "make it")
