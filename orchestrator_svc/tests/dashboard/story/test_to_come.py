"""What is still to happen if all goes well."""

from __future__ import annotations

from typing import Any

import pytest

from common.contracts import topics
from orchestrator_svc.dashboard.story import to_come
from orchestrator_svc.tests.dashboard.story.told import attempt, drawn, order
from orchestrator_svc.tests.factories import DONE, PAID, WAYS, state_at

CHARGE_REPLY = "payment > orchestrator: PROCESS_PAYMENT [good]"
RESERVE = "orchestrator > inventory: RESERVE_INVENTORY [plain]"
RESERVE_REPLY = "inventory > orchestrator: RESERVE_INVENTORY [good]"
COMPLETE = "orchestrator > order: COMPLETE_ORDER [plain]"
COMPLETE_REPLY = "order > orchestrator: COMPLETE_ORDER [good]"
CLOSE = "orchestrator > order: CANCEL_ORDER [undone]"
CLOSE_REPLY = "order > orchestrator: CANCEL_ORDER [undone]"
REFUND_REPLY = "payment > orchestrator: REFUND_PAYMENT [undone]"
FORTH = "inventory > order: inventory.reserved [good]"
BACK = "payment > order: payment.failed [undone]"


@pytest.mark.parametrize(
    ("way", "lines"),
    [
        (
            (DONE,),
            [CHARGE_REPLY, RESERVE, RESERVE_REPLY, COMPLETE, COMPLETE_REPLY],
        ),
        ((DONE, PAID), [RESERVE_REPLY, COMPLETE, COMPLETE_REPLY]),
        (WAYS["INVENTORY_RESERVED"], [COMPLETE_REPLY]),
        (WAYS["COMPENSATING"], [REFUND_REPLY, CLOSE, CLOSE_REPLY]),
        (WAYS["COMPLETED"], []),
        (WAYS["COMPENSATED"], []),
        (WAYS["FAILED"], []),
    ],
)
def test_of_a_saga_it_is_what_its_definition_says(
    way: tuple[Any, ...], lines: list[str]
) -> None:
    """The reply that is awaited first; on the way back the undos, newest first."""
    found = list(to_come.of_saga(state_at(way)))
    assert drawn(found) == lines
    assert all(one.at is None for one in found)
    assert len({one.key for one in found}) == len(found)


@pytest.mark.parametrize(
    ("status", "sent", "lines"),
    [
        (
            "PENDING",
            [topics.ORDER_CREATED],
            ["payment > inventory, order: payment.processed [good]", FORTH],
        ),
        ("PENDING", [topics.ORDER_CREATED, topics.PAYMENT_PROCESSED], [FORTH]),
        ("PAYMENT_COMPLETED", [], [FORTH]),
        (
            "CANCELLING",
            [],
            ["inventory > payment, order: inventory.failed [undone]", BACK],
        ),
        ("CANCELLING", [topics.INVENTORY_FAILED], [BACK]),
        ("COMPLETED", [], []),
        ("CANCELLED", [], []),
        ("FAILED", [], []),
    ],
)
def test_of_a_choreography_it_is_the_rest_of_the_chain(
    status: str, sent: list[str], lines: list[str]
) -> None:
    """Forth or back, as the order's status has it."""
    assert drawn(to_come.of_choreography(order(status), sent)) == lines


def test_of_toss_it_is_what_the_customer_has_not_done_yet() -> None:
    """In the attempt that waits."""
    assert drawn(to_come.of_toss([attempt("FAILED"), attempt("PENDING")])) == [
        "customer > toss: pays in Toss's window [plain]",
        "payment > toss: confirm [plain]",
    ]


@pytest.mark.parametrize(
    "payments",
    [[], [attempt("SUCCESS")], [attempt("PENDING", paymentMethod="AUTO")]],
)
def test_of_toss_it_is_nothing_where_nobody_waits(payments: list[Any]) -> None:
    """Paid already, or without the customer."""
    assert not list(to_come.of_toss(payments))
