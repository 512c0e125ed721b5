"""The one table of transitions, and the cancel of a customer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from order_svc.orders.domain import (
    MAX_REASON,
    TRANSITIONS,
    CancelRefused,
    Contents,
    Happening,
    OrderStatus,
    after,
    ask_to_cancel,
    with_reason,
)
from order_svc.tests.factories import LAPTOPS, order_state

# Rows: statuses. Columns: happenings, in the order of the enumeration. A dot: no move.
TABLE = """
                   PAID DECLINED GIVEN_BACK RESERVED NOT_RESERVED CANCEL COMPLETE CLOSE UNPAID
PENDING            PAY  FAI      CED        COM      CIN          CIN    COM      CED   FAI
PAYMENT_COMPLETED  .    FAI      CED        COM      CIN          CIN    COM      CED   FAI
COMPLETED          .    .        CED        .        CIN          CIN    .        CED   CED
CANCELLING         .    CED      CED        .        .            .      .        CED   CED
CANCELLED          .    .        .          .        .            .      .        .     .
FAILED             .    .        .          .        .            .      .        .     .
"""  # noqa: E501 - a table is read as one
SHORT = {
    "PAY": OrderStatus.PAYMENT_COMPLETED,
    "COM": OrderStatus.COMPLETED,
    "CIN": OrderStatus.CANCELLING,
    "CED": OrderStatus.CANCELLED,
    "FAI": OrderStatus.FAILED,
}


def cells() -> list[tuple[OrderStatus, Happening, OrderStatus]]:
    """(status, happening, status afterwards), one of each pair."""
    found = []
    for line in TABLE.strip().splitlines()[1:]:
        name, *ends = line.split()
        status = OrderStatus(name)
        for happening, end in zip(Happening, ends, strict=True):
            found.append((status, happening, SHORT.get(end, status)))
    return found


@pytest.mark.parametrize(("status", "happening", "expected"), cells())
def test_every_status_and_happening(
    status: OrderStatus, happening: Happening, expected: OrderStatus
) -> None:
    """Each pair of the table leads where the table says."""
    assert after(order_state(status), happening).status is expected


def test_the_table_has_a_row_for_every_status() -> None:
    """No status is forgotten."""
    assert set(TRANSITIONS) == set(OrderStatus)


def test_what_moves_nothing_returns_the_very_same_order() -> None:
    """A late happening makes no new state, so nothing is written for it."""
    order = order_state(OrderStatus.CANCELLED)
    assert after(order, Happening.PAID) is order


@pytest.mark.parametrize(
    "status",
    [OrderStatus.PENDING, OrderStatus.PAYMENT_COMPLETED, OrderStatus.COMPLETED],
)
def test_a_running_or_completed_order_can_be_cancelled(status: OrderStatus) -> None:
    """It is CANCELLING, and knows who asked and why."""
    cancelling = ask_to_cancel(order_state(status), reason="too late", by="kim")
    assert cancelling.status is OrderStatus.CANCELLING
    assert (cancelling.reason, cancelling.cancelled_by) == ("too late", "kim")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (OrderStatus.CANCELLING, "CANCEL_IN_PROGRESS"),
        (OrderStatus.CANCELLED, "ORDER_ALREADY_CANCELLED"),
        (OrderStatus.FAILED, "ORDER_FAILED"),
    ],
)
def test_an_ended_order_cannot_be_cancelled(status: OrderStatus, code: str) -> None:
    """The refusal has a code that says why."""
    with pytest.raises(CancelRefused) as refused:
        ask_to_cancel(order_state(status), reason="", by="kim")
    assert refused.value.code == code


def test_the_reason_of_the_person_who_cancelled_stays() -> None:
    """What the services report on the way does not replace it."""
    order = order_state(reason="too late", cancelled_by="kim")
    assert with_reason(order, "ORDER_CANCELLED") is order


def test_a_reason_has_its_message_and_a_limit() -> None:
    """Code and sentence are one text of at most 2,000 characters."""
    assert with_reason(order_state(), "SHORT", "2 of 3").reason == "SHORT: 2 of 3"
    assert len(with_reason(order_state(), "SHORT", "x" * 3000).reason) == MAX_REASON
    assert with_reason(order_state(reason="old"), "").reason == "old"


def test_contents_add_up_to_the_cent() -> None:
    """One cent off is off."""
    exact = Contents(
        customer_id="C", items=(LAPTOPS,), total_amount=Decimal("1999.980")
    )
    off = Contents(customer_id="C", items=(LAPTOPS,), total_amount=Decimal("1999.97"))
    assert exact.adds_up
    assert not off.adds_up
