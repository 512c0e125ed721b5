"""Which orders are sent, and how each must end."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from common.contracts.money import Currency
from compose.scenarios.api import encode
from compose.scenarios.shop import DECLINED_TOTALS, Line, Stock

SMALLEST_SAMPLE = 30


class Kind(StrEnum):
    """What an order is meant to meet."""

    SALE = "sale"
    SHORTAGE = "shortage"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Ending:
    """What the services must say of an order in the end."""

    saga: str
    order: str
    payment: str


ENDINGS: Mapping[Kind, Ending] = {
    Kind.SALE: Ending("COMPLETED", "COMPLETED", "SUCCESS"),
    Kind.SHORTAGE: Ending("COMPENSATED", "CANCELLED", "REFUNDED"),
    Kind.DECLINE: Ending("COMPENSATED", "FAILED", "FAILED"),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """An order to be sent."""

    kind: Kind
    line: Line


def kinds(orders: int, failures_percent: float) -> list[Kind]:
    """So many kinds, the failing ones spread evenly, shortage and decline in turn."""
    failing = round(orders * failures_percent / 100)
    found = []
    for index in range(orders):
        before, after = index * failing // orders, (index + 1) * failing // orders
        failure = Kind.SHORTAGE if before % 2 == 0 else Kind.DECLINE
        found.append(failure if after > before else Kind.SALE)
    return found


def plan(
    wanted: Sequence[Kind], stock: Mapping[str, Stock], currency: Currency
) -> list[Planned]:
    """An order for each kind; sales go round the products, one piece each."""
    sales = [Line(key, 1, stock[key].price, stock[key].name) for key in sorted(stock)]
    lines = {Kind.SHORTAGE: beyond(stock), Kind.DECLINE: declined(sales[0], currency)}
    found = []
    for index, kind in enumerate(wanted):
        line = lines.get(kind) or sales[index % len(sales)]
        found.append(Planned(kind, line))
    return found


def beyond(stock: Mapping[str, Stock]) -> Line:
    """More of the scarcest product than there is."""
    product = min(stock, key=lambda key: (stock[key].available, key))
    found = stock[product]
    return Line(product, found.available + 1, found.price, found.name)


def declined(line: Line, currency: Currency) -> Line:
    """The total that the provider declines."""
    return Line(line.product, 1, DECLINED_TOTALS[currency], line.name)


def bodies(planned: Iterable[Planned], customer: str) -> list[bytes]:
    """The requests, as bytes; orders alike share theirs."""
    made: dict[Line, bytes] = {}
    found = []
    for order in planned:
        if order.line not in made:
            made[order.line] = encode(
                {"customerId": customer, "items": [order.line.as_json()]}
            )
        found.append(made[order.line])
    return found


def sold(planned: Iterable[Planned]) -> Counter[str]:
    """How much of each product the sales take."""
    found: Counter[str] = Counter()
    for order in planned:
        if order.kind is Kind.SALE:
            found[order.line.product] += order.line.quantity
    return found


def proceeds(planned: Iterable[Planned]) -> Decimal:
    """What the sales bring in."""
    totals = (order.line.total for order in planned if order.kind is Kind.SALE)
    return sum(totals, Decimal(0))


def too_little(planned: Iterable[Planned], stock: Mapping[str, Stock]) -> str:
    """Which stock does not suffice, and what to do; empty when all does."""
    if not stock:
        return "There is no stock: POST /api/inventory/initialize makes the sample."
    short = [
        f"{product} ({stock[product].available} there, {needed} needed)"
        for product, needed in sorted(sold(planned).items())
        if stock[product].available < needed
    ]
    if not short:
        return ""
    return (
        f"Too little stock of {', '.join(short)}: send fewer --orders, or start the "
        f"stack with a larger SAMPLE_STOCK_SCALE."
    )


def stock_scale(orders: int) -> int:
    """The SAMPLE_STOCK_SCALE at which even the scarcest product serves all orders."""
    return max(1, math.ceil(orders / SMALLEST_SAMPLE))
