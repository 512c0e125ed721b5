"""The books: what was sold is what is missing in stock and what was paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from compose.scenarios.api import Record, Services, money
from compose.scenarios.shop import Placed, Run, expect, look

# Payments in these states were charged; the refunded part is named beside.
CHARGED = frozenset({"SUCCESS", "REFUNDED"})
# Our clock and the services' may differ by so much.
CLOCK_MARGIN = timedelta(minutes=1)


def check_books(run: Run) -> str:
    """Stock and money agree with the completed orders of this run, to the cent."""
    sold = [placed for placed in run.placed if is_sold(run, placed)]
    stock = check_stock(run, sold)
    total = sum((placed.line.total for placed in sold), Decimal(0))
    ours = {placed.order_id for placed in run.placed}
    payments = [
        payment
        for payment in payments_since(run.services, run.started)
        if payment["orderId"] in ours
    ]
    expect("charged − refunded", total, net_charge(payments))
    return (
        f"{len(run.placed)} orders, {len(sold)} completed, {stock} items sold, "
        f"charged − refunded = {total}"
    )


def is_sold(run: Run, placed: Placed) -> bool:
    """True for an order that is COMPLETED now."""
    return bool(look(run, placed).order["status"] == "COMPLETED")


def check_stock(run: Run, sold: Iterable[Placed]) -> int:
    """Every product lacks exactly what was sold of it, and has it reserved."""
    quantities: Counter[str] = Counter()
    for placed in sold:
        quantities[placed.line.product] += placed.line.quantity
    now = run.stock()
    for product, before in sorted(run.baseline.items()):
        moved = quantities[product]
        expect(f"available {product}", before.available - moved, now[product].available)
        expect(f"reserved {product}", before.reserved + moved, now[product].reserved)
    return quantities.total()


def net_charge(payments: Iterable[Record]) -> Decimal:
    """What was charged, less what was given back."""
    return sum(
        (
            money(payment["amount"]) - money(payment["refundedAmount"])
            for payment in payments
            if payment["status"] in CHARGED
        ),
        Decimal(0),
    )


def payments_since(services: Services, moment: datetime) -> Iterator[Record]:
    """The payments made since the moment; the list gives the newest first."""
    return records_since(services.pages("payment", "/api/payments"), moment)


def records_since(records: Iterable[Record], moment: datetime) -> Iterator[Record]:
    """The records at the head of a newest-first list that are not older."""
    for record in records:
        if instant(record["createdAt"]) < moment - CLOCK_MARGIN:
            return
        yield record


def instant(text: str) -> datetime:
    """A time of the wire."""
    return datetime.fromisoformat(text)
