"""Cancellation by the customer, of a running order and of a completed one."""

from __future__ import annotations

from compose.scenarios.api import Answer, Record, money
from compose.scenarios.shop import (
    Outcome,
    Placed,
    Run,
    cancel_order,
    cancel_running,
    cancelled_outcome,
    expect,
    expect_among,
    expect_statuses,
    outcome_of,
    place,
)

PRODUCT = "PROD005"


def cancel_while_running(run: Run, mode: str) -> str:
    """A cancelled order ends CANCELLED with no money kept, whenever it was caught."""
    before = run.stock()[PRODUCT]
    placed = place(run, mode, run.line(PRODUCT, 1))
    answer = cancel_running(run, placed)
    answer.must_be(202, 409)
    if answer.status == 409:
        caught = too_late(run, placed, answer)
        outcome = cancelled_outcome(run, placed)
    else:
        outcome = cancelled_outcome(run, placed)
        caught = when_caught(outcome)
    expect_given_back(outcome)
    expect("stock", before, run.stock()[PRODUCT])
    return f"{caught}: {statuses(outcome)}"


def cancel_completed(run: Run, mode: str) -> str:
    """A completed order is undone: stock back, every cent back, then CANCELLED."""
    before = run.stock()[PRODUCT]
    placed = place(run, mode, run.line(PRODUCT, 1))
    expect_statuses(outcome_of(run, placed), order="COMPLETED", payment="SUCCESS")
    expect("available stock", before.available - 1, run.stock()[PRODUCT].available)
    cancel_order(run, placed).must_be(202)
    outcome = cancelled_outcome(run, placed)
    expect_statuses(outcome, order="CANCELLED", payment="REFUNDED")
    expect_given_back(outcome)
    expect("stock", before, run.stock()[PRODUCT])
    return f"undone: {statuses(outcome)}"


def too_late(run: Run, placed: Placed, answer: Answer) -> str:
    """The order had ended before the cancellation came, so it is cancelled as such."""
    expect_statuses(outcome_of(run, placed), order="COMPLETED", payment="SUCCESS")
    cancel_order(run, placed).must_be(202)
    code = answer.body.get("code", "no code")
    return f"409 {code}, it had completed; cancelled as a completed order"


def when_caught(outcome: Outcome) -> str:
    """Whether the accepted cancellation met a running or a completed order."""
    if outcome.saga is not None:
        completed = outcome.saga["status"] == "COMPLETED"
    else:
        completed = any(
            isinstance(entry, Record) and entry.get("status") == "COMPLETED"
            for entry in outcome.order["history"]
        )
    return "202, just completed" if completed else "202, caught running"


def expect_given_back(outcome: Outcome) -> None:
    """The order is CANCELLED and no money is kept: refunded, or never taken."""
    expect_statuses(outcome, order="CANCELLED")
    payment = outcome.payment
    if payment is None:
        return
    expect_among("status of the payment", ("REFUNDED", "CANCELLED"), payment["status"])
    if payment["status"] == "REFUNDED":
        amount, back = money(payment["amount"]), money(payment["refundedAmount"])
        expect("refunded amount", amount, back)


def statuses(outcome: Outcome) -> str:
    """The statuses in a few words."""
    found = outcome.statuses.items()
    return ", ".join(f"{who} {status or 'none'}" for who, status in found)
