"""The books of a bench run: what is off, in words; nothing when all is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from compose.bench.ended import Records
from compose.bench.mix import ENDINGS, Kind, Planned, proceeds, sold
from compose.scenarios.api import Record, money
from compose.scenarios.books import net_charge
from compose.scenarios.shop import CHOREOGRAPHY, Stock

EXAMPLES = 3

# How many orders of a kind (None: not ours) have a status.
Endings = Mapping[tuple[Kind | None, str], int]


@dataclass(slots=True)
class Entry:
    """The orders of one customer: what was planned, and what was recorded."""

    mode: str
    planned: Sequence[Planned]
    records: Records = field(default_factory=Records)


def complaints(
    entries: Sequence[Entry], before: Mapping[str, Stock], after: Mapping[str, Stock]
) -> list[str]:
    """Everything that is off: numbers, endings, payments, money, stock."""
    planned = [order for entry in entries for order in entry.planned]
    return [
        *(found for entry in entries for found in entry_complaints(entry)),
        *stock_complaints(planned, before, after),
    ]


def entry_complaints(entry: Entry) -> Iterator[str]:
    """What is off in one customer's orders."""
    records, label = entry.records, entry.mode.lower()
    yield from count_complaints(f"{label} orders", "orderId", records.orders, entry)
    if entry.mode != CHOREOGRAPHY:
        yield from count_complaints(f"{label} sagas", "sagaId", records.sagas, entry)
    yield from ending_complaints(entry)
    yield from payment_complaints(entry)
    expected, seen = proceeds(entry.planned), net_charge(records.payments)
    if expected != seen:
        yield f"{label} charged − refunded: expected {expected}, seen {seen}"


def count_complaints(
    what: str, key: str, found: Sequence[Record], entry: Entry
) -> Iterator[str]:
    """As many different records as orders were sent."""
    expected, seen = len(entry.planned), len({record[key] for record in found})
    if expected != seen or seen != len(found):
        yield f"{what}: expected {expected}, seen {seen} (in {len(found)} records)"


def ending_complaints(entry: Entry) -> Iterator[str]:
    """The exact number of each ending that the mix implies."""
    kind_of = {order.line.total: order.kind for order in entry.planned}
    kinds = Counter(order.kind for order in entry.planned)
    orders = Counter(
        (kind_of.get(money(order["totalAmount"])), order["status"])
        for order in entry.records.orders
    )
    wanted: Endings = {
        (kind, ENDINGS[kind].order): number for kind, number in kinds.items()
    }
    yield from differences(f"{entry.mode.lower()} orders", wanted, orders)
    if entry.mode == CHOREOGRAPHY:
        return
    sagas = Counter(
        (kind_of.get(money(saga["orderData"]["totalAmount"])), saga["status"])
        for saga in entry.records.sagas
    )
    wanted = {(kind, ENDINGS[kind].saga): number for kind, number in kinds.items()}
    yield from differences(f"{entry.mode.lower()} sagas", wanted, sagas)


def differences(
    what: str,
    wanted: Endings,
    seen: Endings,
) -> Iterator[str]:
    """Each (kind, status) whose number is not the one wanted."""
    for pair in sorted({*wanted, *seen}, key=str):
        expected, found = wanted.get(pair, 0), seen.get(pair, 0)
        if expected != found:
            kind, status = pair
            meant = f"meant as {kind}" if kind else "never sent by us"
            yield f"{what} {status}, {meant}: expected {expected}, seen {found}"


def payment_complaints(entry: Entry) -> Iterator[str]:
    """Exactly one payment an order, of its amount, in the state its kind implies."""
    kind_of = {order.line.total: order.kind for order in entry.planned}
    payments: dict[str, list[Record]] = {}
    for payment in entry.records.payments:
        payments.setdefault(payment["orderId"], []).append(payment)
    wrong = []
    for order in entry.records.orders:
        total = money(order["totalAmount"])
        fault = payment_fault(
            payments.pop(order["orderId"], []), total, kind_of.get(total)
        )
        if fault:
            wrong.append(f"{order['orderId']} {fault}")
    wrong += [f"{order_id} has a payment but no order" for order_id in payments]
    if wrong:
        more = f" and {len(wrong) - EXAMPLES} more" if len(wrong) > EXAMPLES else ""
        examples = "; ".join(wrong[:EXAMPLES])
        yield f"{entry.mode.lower()} payments: {examples}{more}"


def payment_fault(payments: Sequence[Record], total: Decimal, kind: Kind | None) -> str:
    """What is wrong with an order's payments; empty when nothing is."""
    if len(payments) != 1:
        return f"has {len(payments)} payments instead of 1"
    payment = payments[0]
    wanted = ENDINGS[kind].payment if kind else "none"
    if payment["status"] != wanted:
        return f"has a payment {payment['status']} instead of {wanted}"
    if money(payment["amount"]) != total:
        return f"has a payment of {payment['amount']} instead of {total}"
    back = total if kind is Kind.SHORTAGE else Decimal(0)
    if money(payment["refundedAmount"]) != back:
        return f"has {payment['refundedAmount']} refunded instead of {back}"
    return ""


def stock_complaints(
    planned: Iterable[Planned],
    before: Mapping[str, Stock],
    after: Mapping[str, Stock],
) -> Iterator[str]:
    """Every product lacks what was sold of it, and has as much more reserved."""
    taken = sold(planned)
    for product, stock in before.items():
        now = after.get(product)
        wanted = (stock.available - taken[product], stock.reserved + taken[product])
        seen = (now.available, now.reserved) if now else ("none", "none")
        if wanted != seen:
            yield (
                f"stock of {product}: expected {wanted[0]} available and {wanted[1]} "
                f"reserved, seen {seen[0]} and {seen[1]}"
            )
