"""What people did, and what became of the order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from common.messaging.envelope import iso
from orchestrator_svc.dashboard.story import acts
from orchestrator_svc.dashboard.story.happening import Lane
from orchestrator_svc.tests.dashboard.story.told import (
    action,
    at,
    attempt,
    box,
    drawn,
    order,
)
from orchestrator_svc.tests.factories import NOW, RETRIED, WAYS, state_at


def test_a_saga_s_order_goes_to_the_orchestrator() -> None:
    """With who ordered, and for how much."""
    (one,) = acts.placed([state_at(())], order())
    assert drawn([one]) == ["customer > orchestrator: places the order [plain]"]
    assert (one.at, one.detail, one.amount) == (NOW, "CUST001", Decimal("1999.98"))


def test_a_choreographed_order_goes_to_its_service() -> None:
    """Likewise."""
    (one,) = acts.placed([], order())
    assert drawn([one]) == ["customer > order: places the order [plain]"]
    assert (one.at, one.detail, one.amount) == (NOW, "CUST001", Decimal("1999.98"))


def test_of_an_order_that_nobody_knows_nothing_is_said() -> None:
    """Its service may be silent."""
    assert not list(acts.placed([], None))


@pytest.mark.parametrize(
    ("service", "name", "line"),
    [
        ("order", "order.cancel", "customer > order: asks to cancel [undone]"),
        ("orchestrator", "saga.cancel", "operator > orchestrator: cancels [undone]"),
        (
            "orchestrator",
            "saga.settle",
            "operator > orchestrator: settles by hand [warn]",
        ),
        (
            "inventory",
            "letter.redrive",
            "operator > inventory: redrives a dead letter [warn]",
        ),
        ("payment", "new.act", "operator > payment: new.act [warn]"),
    ],
)
def test_an_act_goes_from_who_did_it_to_the_service(
    service: str, name: str, line: str
) -> None:
    """Customers ask at the order's own service."""
    found = [box(service, actions=[action(name, reason="why")])]
    (one,) = acts.actions(found, None)
    assert (drawn([one]), one.detail) == ([line], "kim: why")


def test_a_retry_is_told_by_the_saga_and_not_twice() -> None:
    """Of a job over many, the audit trail has one entry for all."""
    found = [box("orchestrator", actions=[action("saga.retry")])]
    assert not list(acts.actions(found, None))
    state = state_at((*WAYS["COMPENSATED"], RETRIED))
    (one,) = acts.retries([state])
    assert drawn([one]) == ["operator > orchestrator: retries (try 2) [warn]"]
    assert one.detail == "operator"


@pytest.mark.parametrize(
    ("by", "lines"),
    [
        ("kim", ["operator > payment: gives money back [undone]"]),
        ("payment", []),
        ("reconciliation", []),
    ],
)
def test_money_that_a_person_gave_back_is_told_of(by: str, lines: list[str]) -> None:
    """What the service does for others is told by its messages."""
    refund = {
        "refundId": "R-1",
        "amount": 5,
        "reason": "a gift",
        "requestedBy": by,
        "createdAt": iso(at(9)),
    }
    found = list(acts.refunds([attempt("SUCCESS", refunds=[refund])]))
    assert drawn(found) == lines
    assert all(one.detail == "kim: a gift" for one in found)


@pytest.mark.parametrize(("changed", "told"), [(95, 95), (105, 100), (-500, 100)])
def test_a_cancel_is_told_before_the_change_it_made(
    changed: float, told: float
) -> None:
    """It is noted some milliseconds after it, in the same transaction."""
    found = [box("order", actions=[action("order.cancel", 100)])]
    known = order("CANCELLING", ("PENDING", "CANCELLING", changed))
    (one,) = acts.actions(found, known)
    assert one.at == at(told)


def test_the_order_s_history_is_told_without_mere_remarks() -> None:
    """A line that changes nothing is none of its statuses."""
    known = order(
        "COMPLETED",
        (None, "PENDING", 0),
        ("PENDING", "PENDING", 5),
        ("PENDING", "COMPLETED", 9),
    )
    found = list(acts.order_statuses(known))
    assert drawn(found) == [
        "order: order PENDING [plain]",
        "order: order COMPLETED [plain]",
    ]
    assert [one.at for one in found] == [at(0), at(9)]
    assert not list(acts.order_statuses(None))


@pytest.mark.parametrize("status", ["COMPLETED", "COMPENSATED", "FAILED"])
def test_a_saga_s_end_is_told(status: str) -> None:
    """In its own lane."""
    (one,) = acts.saga_statuses([state_at(WAYS[status])])
    assert drawn([one]) == [f"orchestrator: saga {status} [plain]"]


def test_a_saga_that_was_cancelled_later_had_ended_before() -> None:
    """The cancel changes it once more."""
    state: Any = state_at(WAYS["COMPLETED"])
    later = replace(state, updated_at=at(9000), cancel=None)
    (one,) = acts.saga_statuses([later])
    assert one.at == NOW


def test_a_running_saga_is_told_of_where_it_needs_a_person() -> None:
    """With why."""
    assert not list(acts.saga_statuses([state_at(())]))
    waiting = replace(state_at(()), attention_since=at(5), attention="refused")
    (one,) = acts.saga_statuses([waiting])
    assert (one.lane, one.at, one.detail) == (Lane.ORCHESTRATOR, at(5), "refused")
