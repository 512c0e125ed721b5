"""A customer of the shop: places orders, cancels them, and sees what became of them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from common.contracts.money import CURRENCIES, KRW, USD, Currency
from compose.scenarios.api import Answer, Record, ServiceError, Services, brief

CHOREOGRAPHY = "CHOREOGRAPHY"
ORCHESTRATION = "ORCHESTRATION"
MODES = (CHOREOGRAPHY, ORCHESTRATION)

ORDER_ENDS = frozenset({"COMPLETED", "CANCELLED", "FAILED"})
SAGA_ENDS = frozenset({"COMPLETED", "COMPENSATED", "FAILED"})

# The simulator's documented magic: it declines this customer, and these totals.
DECLINED_CUSTOMER = "DECLINE"
DECLINED_TOTALS = {USD: Decimal("4000.02"), KRW: Decimal(4_000_002)}


class Mismatch(ServiceError):
    """What was seen is not what was expected."""

    def __init__(self, what: str, expected: object, seen: object) -> None:
        super().__init__(f"{what}: expected {shown(expected)}, seen {shown(seen)}")
        self.what = what
        self.expected = shown(expected)
        self.seen = shown(seen)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order."""

    product: str
    quantity: int
    price: Decimal
    name: str = ""

    @property
    def total(self) -> Decimal:
        """Quantity x price."""
        return self.price * self.quantity

    def as_json(self) -> dict[str, object]:
        """The line as the API takes it."""
        return {
            "productId": self.product,
            "productName": self.name or self.product,
            "quantity": self.quantity,
            "price": self.price,
        }


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that was accepted."""

    mode: str
    order_id: str
    saga_id: str
    line: Line


@dataclass(frozen=True, slots=True)
class Stock:
    """A product's stock at one moment."""

    available: int
    reserved: int
    price: Decimal
    name: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an order, in all services that know it."""

    order: Record
    payment: Record | None
    saga: Record | None

    @property
    def statuses(self) -> dict[str, str | None]:
        """The status each service says; None where it knows nothing."""
        found = {"order": self.order["status"], "payment": _status(self.payment)}
        return found if self.saga is None else {"saga": self.saga["status"], **found}


@dataclass(slots=True)
class Run:
    """One run of the scenarios: its services, its customer, the orders it placed."""

    services: Services
    id: str = field(default_factory=lambda: secrets.token_hex(4))
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    placed: list[Placed] = field(default_factory=list)
    baseline: Mapping[str, Stock] = field(default_factory=dict)

    @property
    def customer(self) -> str:
        """A customer nobody else orders as."""
        return f"CUST-{self.id}"

    def stock(self) -> dict[str, Stock]:
        """The stock of every product, as it is now."""
        records = self.services.pages("inventory", "/api/inventory")
        return {record["productId"]: _stock(record) for record in records}

    @property
    def currency(self) -> Currency:
        """What the stack's amounts are in."""
        return currency_of(self.services)

    def line(self, product: str, quantity: int) -> Line:
        """A line at the price of the stock."""
        stock = self.stock()
        if product not in stock:
            raise Mismatch("products in stock", f"{product} among them", sorted(stock))
        return Line(product, quantity, stock[product].price, stock[product].name)


def currency_of(services: Services) -> Currency:
    """What the stack's amounts are in."""
    return CURRENCIES[services.get("payment", "/health")["currency"]]


def post_order(
    run: Run,
    mode: str,
    line: Line,
    *,
    customer: str = "",
    key: str | None = None,
    method: str = "AUTO",
) -> Answer:
    """The answer to an order, in either pattern."""
    body = {
        "customerId": customer or run.customer,
        "items": [line.as_json()],
        "paymentMethod": method,
    }
    if mode == ORCHESTRATION:
        return run.services.post("orchestrator", "/api/orchestrator/orders", body, key)
    return run.services.post("order", "/api/orders", body, key)


def place(
    run: Run,
    mode: str,
    line: Line,
    *,
    customer: str = "",
    key: str | None = None,
    method: str = "AUTO",
) -> Placed:
    """An accepted order; the books at the end count it."""
    answer = post_order(run, mode, line, customer=customer, key=key, method=method)
    body = answer.must_be(201)
    saga_id = body["sagaId"] if mode == ORCHESTRATION else ""
    placed = Placed(mode, body["orderId"], saga_id, line)
    run.placed.append(placed)
    return placed


def cancel_order(run: Run, placed: Placed) -> Answer:
    """The order service's answer to a cancellation."""
    path = f"/api/orders/{placed.order_id}/cancel"
    return run.services.post("order", path, {"reason": "scenario"})


def cancel_running(run: Run, placed: Placed) -> Answer:
    """The answer of the service that runs the order to a cancellation."""
    if placed.mode == CHOREOGRAPHY:
        return cancel_order(run, placed)
    path = f"/api/orchestrator/sagas/{placed.saga_id}/cancel"
    return run.services.post("orchestrator", path, {"reason": "scenario"})


def outcome_of(run: Run, placed: Placed, *, passing: Collection[str] = ()) -> Outcome:
    """What became of the order once it ended; ends in `passing` are waited out."""
    if placed.mode == CHOREOGRAPHY:
        wait_for_order(run, placed, ORDER_ENDS - set(passing))
    else:
        wait_for_saga(run, placed, SAGA_ENDS - set(passing))
    return look(run, placed)


def cancelled_outcome(run: Run, placed: Placed) -> Outcome:
    """What became of an order whose cancellation was accepted."""
    wait_for_order(run, placed, ORDER_ENDS - {"COMPLETED"})
    if placed.mode == ORCHESTRATION:
        wait_for_saga(run, placed, SAGA_ENDS)
    return look(run, placed)


def look(run: Run, placed: Placed) -> Outcome:
    """The order as all services show it now."""
    saga = None
    if placed.saga_id:
        saga = run.services.get("orchestrator", _saga_path(placed))
    return Outcome(
        order=run.services.get("order", _order_path(placed)),
        payment=run.services.find("payment", f"/api/payments/order/{placed.order_id}"),
        saga=saga,
    )


def wait_for_order(run: Run, placed: Placed, ends: Collection[str]) -> None:
    """The order has one of the statuses."""
    _wait(run, placed.order_id, "order", _order_path(placed), ends)


def wait_for_saga(run: Run, placed: Placed, ends: Collection[str]) -> None:
    """The saga has one of the statuses."""
    _wait(run, placed.saga_id, "orchestrator", _saga_path(placed), ends)


def expect(what: str, expected: object, seen: object) -> None:
    """Equal, or a Mismatch."""
    if expected != seen:
        raise Mismatch(what, expected, seen)


def expect_among(what: str, expected: Collection[object], seen: object) -> None:
    """One of them, or a Mismatch."""
    if seen not in expected:
        raise Mismatch(what, " or ".join(map(str, expected)), seen)


def expect_statuses(outcome: Outcome, **expected: str | None) -> None:
    """Every service says what is expected; all are shown if one does not."""
    expect("statuses", {**outcome.statuses, **expected}, outcome.statuses)


def shown(value: Any) -> str:
    """A value as a reader wants to see it."""
    return str(value) if isinstance(value, str | int | Decimal) else brief(value)


def _wait(run: Run, name: str, service: str, path: str, ends: Collection[str]) -> None:
    run.services.wait(
        f"{name} to become {' or '.join(sorted(ends))}",
        # An order of the other pattern is there only after the saga's first step.
        lambda: _status(run.services.find(service, path)),
        lambda status: status in ends,
    )


def _order_path(placed: Placed) -> str:
    return f"/api/orders/{placed.order_id}"


def _saga_path(placed: Placed) -> str:
    return f"/api/orchestrator/sagas/{placed.saga_id}"


def _status(record: Record | None) -> str | None:
    return None if record is None else record["status"]


def _stock(record: Record) -> Stock:
    return Stock(
        available=record["availableQuantity"],
        reserved=record["reservedQuantity"],
        price=Decimal(str(record["price"])),
        name=record["productName"],
    )
