"""The books of a bench run: right ones pass, every planted error is found."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from common.contracts.money import USD
from compose.bench.books import Entry, complaints
from compose.bench.ended import Records
from compose.bench.mix import ENDINGS, Kind, Planned, plan
from compose.scenarios.api import Record
from compose.scenarios.shop import CHOREOGRAPHY, ORCHESTRATION, Stock

BEFORE = {
    "A": Stock(10, 2, Decimal("9.99"), "Apple"),
    "B": Stock(20, 0, Decimal("5.00"), "Bean"),
}
AFTER = {
    "A": Stock(8, 4, Decimal("9.99"), "Apple"),
    "B": Stock(19, 1, Decimal("5.00"), "Bean"),
}
WANTED = [Kind.SALE, Kind.SALE, Kind.SALE, Kind.SHORTAGE, Kind.DECLINE]


def entry(mode: str = ORCHESTRATION) -> Entry:
    """Three sales, a shortage and a decline, recorded as they should be."""
    planned = plan(WANTED, BEFORE, USD)
    records = Records()
    for number, order in enumerate(planned):
        add(records, f"ORD-{number}", order, mode)
    return Entry(mode, planned, records)


def add(records: Records, order_id: str, order: Planned, mode: str) -> None:
    """One order's records."""
    ending, total = ENDINGS[order.kind], order.line.total
    records.orders.append(
        Record(orderId=order_id, status=ending.order, totalAmount=total)
    )
    records.payments.append(
        Record(
            orderId=order_id,
            status=ending.payment,
            amount=total,
            refundedAmount=total if order.kind is Kind.SHORTAGE else Decimal(0),
        )
    )
    if mode == ORCHESTRATION:
        data = Record(totalAmount=total)
        records.sagas.append(
            Record(sagaId=f"S-{order_id}", status=ending.saga, orderData=data)
        )


@pytest.mark.parametrize("mode", [ORCHESTRATION, CHOREOGRAPHY])
def test_right_books_have_no_complaint(mode: str) -> None:
    """Orders, payments, sagas and stock agree with what was sent."""
    assert complaints([entry(mode)], BEFORE, AFTER) == []


def lose_an_order(records: Records) -> None:
    """One order is not in the list."""
    del records.orders[0]


def double_a_saga(records: Records) -> None:
    """A saga is listed twice."""
    records.sagas.append(records.sagas[0])


def leave_a_saga_running(records: Records) -> None:
    """A sale's saga has not ended."""
    records.sagas[0]["status"] = "INVENTORY_RESERVED"


def complete_a_shortage(records: Records) -> None:
    """An order beyond the stock is COMPLETED."""
    records.orders[3]["status"] = "COMPLETED"


def keep_a_cent(records: Records) -> None:
    """A refund is one cent too small."""
    records.payments[3]["refundedAmount"] -= Decimal("0.01")


def charge_too_much(records: Records) -> None:
    """A sale is charged a cent more than it costs."""
    records.payments[0]["amount"] += Decimal("0.01")


def charge_twice(records: Records) -> None:
    """A sale has two payments."""
    records.payments.append(records.payments[0])


def charge_a_declined_one(records: Records) -> None:
    """A declined order was charged all the same."""
    records.payments[4]["status"] = "SUCCESS"


def lose_a_payment(records: Records) -> None:
    """A sale was never charged."""
    del records.payments[0]


def pay_for_a_stranger(records: Records) -> None:
    """A payment belongs to no order."""
    records.payments[0]["orderId"] = "ORD-X"


def sell_a_foreign_amount(records: Records) -> None:
    """An order has a total that was never sent."""
    records.orders[0]["totalAmount"] = Decimal("1.00")


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (lose_an_order, "orchestration orders: expected 5, seen 4 (in 4 records)"),
        (double_a_saga, "orchestration sagas: expected 5, seen 5 (in 6 records)"),
        (
            leave_a_saga_running,
            "orchestration sagas INVENTORY_RESERVED, meant as sale: expected 0, seen 1",
        ),
        (
            complete_a_shortage,
            "orchestration orders COMPLETED, meant as shortage: expected 0, seen 1",
        ),
        (
            keep_a_cent,
            "orchestration payments: ORD-3 has 109.88 refunded instead of 109.89",
        ),
        (
            charge_too_much,
            "orchestration payments: ORD-0 has a payment of 10.00 instead of 9.99",
        ),
        (charge_twice, "orchestration payments: ORD-0 has 2 payments instead of 1"),
        (
            charge_a_declined_one,
            "orchestration payments: ORD-4 has a payment SUCCESS instead of FAILED",
        ),
        (lose_a_payment, "orchestration payments: ORD-0 has 0 payments instead of 1"),
        (
            lose_a_payment,
            "orchestration charged − refunded: expected 24.98, seen 14.99",
        ),
        (
            pay_for_a_stranger,
            (
                "orchestration payments: ORD-0 has 0 payments instead of 1; "
                "ORD-X has a payment but no order"
            ),
        ),
        (
            sell_a_foreign_amount,
            "orchestration orders COMPLETED, never sent by us: expected 0, seen 1",
        ),
    ],
)
def test_a_planted_error_is_found(plant: Callable[[Records], None], found: str) -> None:
    """What is off is named with what was expected and what was seen."""
    books = entry()
    plant(books.records)
    assert found in complaints([books], BEFORE, AFTER)


@pytest.mark.parametrize(
    ("product", "now", "found"),
    [
        (
            "A",
            Stock(9, 4, Decimal("9.99"), "Apple"),
            "stock of A: expected 8 available and 4 reserved, seen 9 and 4",
        ),
        (
            "B",
            Stock(19, 0, Decimal("5.00"), "Bean"),
            "stock of B: expected 19 available and 1 reserved, seen 19 and 0",
        ),
    ],
)
def test_wrong_stock_is_found(product: str, now: Stock, found: str) -> None:
    """A piece too many, or one that is not reserved."""
    assert complaints([entry()], BEFORE, {**AFTER, product: now}) == [found]


def test_a_product_that_is_gone_is_found() -> None:
    """A stock row that vanished is not a right one."""
    assert complaints([entry()], BEFORE, {"A": AFTER["A"]}) == [
        "stock of B: expected 19 available and 1 reserved, seen none and none"
    ]


def test_stock_is_checked_over_all_patterns_together() -> None:
    """Two patterns sell from one stock."""
    twice = {
        "A": Stock(6, 6, Decimal("9.99"), "Apple"),
        "B": Stock(18, 2, Decimal("5.00"), "Bean"),
    }
    assert complaints([entry(), entry(CHOREOGRAPHY)], BEFORE, twice) == []


def test_many_wrong_payments_are_counted_not_listed() -> None:
    """Three examples and how many more."""
    books = entry()
    for payment in books.records.payments:
        payment["status"] = "PENDING"
    text = next(each for each in complaints([books], BEFORE, AFTER) if "PEND" in each)
    assert text.count("ORD-") == 3
    assert text.endswith(" and 2 more")
