"""The stories, one function each: do it, look, and say what was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from compose.scenarios.api import Record, money
from compose.scenarios.books import check_books
from compose.scenarios.cancelling import cancel_completed, cancel_while_running
from compose.scenarios.paying import (
    cancel_in_the_window,
    declined_in_the_window,
    pay_in_the_window,
)
from compose.scenarios.shop import (
    DECLINED_CUSTOMER,
    DECLINED_TOTALS,
    MODES,
    ORCHESTRATION,
    Line,
    Mismatch,
    Outcome,
    Run,
    cancel_order,
    cancelled_outcome,
    expect,
    expect_statuses,
    outcome_of,
    place,
    post_order,
)

# What a run of all steps leaves reserved or needs at once, with some to spare.
NEEDED = {"PROD001": 5, "PROD002": 12, "PROD003": 5, "PROD004": 5, "PROD005": 2}


@dataclass(frozen=True, slots=True)
class Step:
    """A title and the function that plays it; it returns what a reader should know."""

    title: str
    play: Callable[[Run], str]


def initialize_stock(run: Run) -> str:
    """The sample stock is there, and a second initialization changes nothing."""
    run.services.post("inventory", "/api/inventory/initialize").must_be(200, 201)
    run.baseline = run.stock()
    run.services.post("inventory", "/api/inventory/initialize").must_be(200, 201)
    expect("stock after a second initialization", run.baseline, run.stock())
    for product, needed in NEEDED.items():
        enough(run, product, needed)
    stocks = sorted(run.baseline.items())
    return ", ".join(f"{product} {stock.available}" for product, stock in stocks)


def order_completes(run: Run, mode: str) -> str:
    """An order in stock is paid and reserved."""
    product, quantity = ("PROD002", 5) if mode == ORCHESTRATION else ("PROD001", 2)
    line = run.line(product, quantity)
    before = run.stock()[product]
    outcome = outcome_of(run, place(run, mode, line))
    expect_completed(outcome, line)
    after = run.stock()[product]
    expect("available stock", before.available - quantity, after.available)
    expect("reserved stock", before.reserved + quantity, after.reserved)
    return f"{told(outcome)}; {product} {before.available} → {after.available}"


def shortage(run: Run, mode: str) -> str:
    """An order beyond the stock is paid, refused, and paid back."""
    before = run.stock()["PROD001"]
    line = run.line("PROD001", before.available + 1)
    outcome = outcome_of(run, place(run, mode, line))
    expect_refunded(outcome, mode)
    expect("stock", before, run.stock()["PROD001"])
    return f"{told(outcome)}; {line.quantity} asked, {before.available} there"


def declined_customer(run: Run, mode: str) -> str:
    """A customer whose payment is declined gets nothing and pays nothing."""
    line = run.line("PROD003", 1)
    return declined(run, mode, line, DECLINED_CUSTOMER)


def declined_total(run: Run, mode: str) -> str:
    """A total which the provider declines: nothing is sold, nothing is paid."""
    line = Line("PROD001", 1, DECLINED_TOTALS[run.currency], "Laptop")
    return declined(run, mode, line, run.customer)


def declined(run: Run, mode: str, line: Line, customer: str) -> str:
    """The order is FAILED, for it was never paid, and the stock is untouched."""
    before = run.stock()
    outcome = outcome_of(run, place(run, mode, line, customer=customer))
    saga = {"saga": "COMPENSATED"} if mode == ORCHESTRATION else {}
    expect_statuses(outcome, order="FAILED", payment="FAILED", **saga)
    expect("stock", before, run.stock())
    return told(outcome)


def price_mismatch(run: Run, mode: str) -> str:
    """An order at a price which is not the stock's is paid back."""
    before = run.stock()["PROD003"]
    line = Line("PROD003", 1, before.price - run.currency.unit, before.name)
    outcome = outcome_of(run, place(run, mode, line))
    expect_refunded(outcome, mode)
    reason = reason_of(outcome)
    if "PRICE_MISMATCH" not in reason:
        raise Mismatch("the reason", "PRICE_MISMATCH in it", reason)
    expect("stock", before, run.stock()["PROD003"])
    return f"{told(outcome)}; {line.price} asked, {before.price} is the price"


def retry_after_restocking(run: Run) -> str:
    """A saga that failed for want of stock completes once the stock is back."""
    available = enough(run, "PROD004", 2)
    taker = place(run, ORCHESTRATION, run.line("PROD004", available - 1))
    expect_completed(outcome_of(run, taker), taker.line)
    late = place(run, ORCHESTRATION, run.line("PROD004", 2))
    expect_refunded(outcome_of(run, late), ORCHESTRATION)
    cancel_order(run, taker).must_be(202)
    expect_statuses(cancelled_outcome(run, taker), order="CANCELLED")
    path = f"/api/orchestrator/sagas/{late.saga_id}/retry"
    answer = run.services.post("orchestrator", path).must_be(200, 202)
    expect("message", "Saga retry initiated successfully", answer["message"])
    outcome = outcome_of(run, late, passing={"COMPENSATED"})
    expect_completed(outcome, late.line)
    saga = outcome.saga or Record()
    expect("entries of retryHistory", 1, len(saga["retryHistory"]))
    return f"{told(outcome)}; from {saga['retryHistory'][0]['fromStep']}"


def idempotency_key(run: Run, mode: str) -> str:
    """The same key and body give the same order; another body is refused with 422."""
    customer, key = f"IDEM-{mode[:5]}-{run.id}", f"{run.id}-{mode}"
    line = run.line("PROD002", 1)
    first = place(run, mode, line, customer=customer, key=key)
    again = post_order(run, mode, line, customer=customer, key=key).must_be(201)
    expect("orderId of the replay", first.order_id, again["orderId"])
    other = run.line("PROD002", 2)
    post_order(run, mode, other, customer=customer, key=key).must_be(422)
    expect_completed(outcome_of(run, first), line)
    count = run.services.count("order", "/api/orders", customerId=customer)
    expect("orders of this customer", 1, count)
    return f"{first.order_id} both times, another body 422"


def all_steps() -> Iterator[Step]:
    """The steps in the order in which they are played."""
    yield Step("initialize the stock", initialize_stock)
    yield from in_both("an order completes", order_completes)
    yield from in_both("shortage", shortage)
    yield from in_both("declined customer", declined_customer)
    yield from in_both("declined amount", declined_total)
    yield from in_both("wrong price", price_mismatch)
    yield Step("orchestration: retry after restocking", retry_after_restocking)
    yield from in_both("cancel a running order", cancel_while_running)
    yield from in_both("cancel a completed order", cancel_completed)
    yield from in_both("Idempotency-Key replay", idempotency_key)
    yield from in_both("the customer pays in the window", pay_in_the_window)
    yield from in_both("a card is declined in the window", declined_in_the_window)
    yield from in_both("cancel while in the window", cancel_in_the_window)
    yield Step("the books of this run", check_books)


def in_both(title: str, play: Callable[[Run, str], str]) -> Iterator[Step]:
    """The step in either pattern."""
    for mode in MODES:
        yield Step(f"{mode.lower()}: {title}", _played_in(mode, play))


def enough(run: Run, product: str, needed: int) -> int:
    """The available stock of the product, which is at least what is needed."""
    stock = run.stock().get(product)
    available = 0 if stock is None else stock.available
    if available < needed:
        raise Mismatch(
            f"available stock of {product}",
            f"at least {needed} (`python3 manage_all.py reset` begins anew)",
            available,
        )
    return available


def expect_completed(outcome: Outcome, line: Line) -> None:
    """Paid in full, reserved and said so by all."""
    saga = {} if outcome.saga is None else {"saga": "COMPLETED"}
    expect_statuses(outcome, order="COMPLETED", payment="SUCCESS", **saga)
    expect("totalAmount of the order", line.total, money(outcome.order["totalAmount"]))
    paid = outcome.payment or Record()
    expect("amount of the payment", line.total, money(paid["amount"]))


def expect_refunded(outcome: Outcome, mode: str) -> None:
    """Cancelled by all, and every cent given back."""
    saga = {"saga": "COMPENSATED"} if mode == ORCHESTRATION else {}
    expect_statuses(outcome, order="CANCELLED", payment="REFUNDED", **saga)
    paid = outcome.payment or Record()
    expect("refunded amount", money(paid["amount"]), money(paid["refundedAmount"]))


def reason_of(outcome: Outcome) -> str:
    """Why the order did not come about, in the words of who runs it."""
    if outcome.saga is None:
        return str(outcome.order["cancellationReason"])
    return str(outcome.saga["compensationReason"])


def told(outcome: Outcome) -> str:
    """The outcome in a few words."""
    order = outcome.order
    words = ", ".join(f"{who} {status}" for who, status in outcome.statuses.items())
    return f"{words}, {money(order['totalAmount'])}, {order['orderId']}"


def _played_in(mode: str, play: Callable[[Run, str], str]) -> Callable[[Run], str]:
    return lambda run: play(run, mode)
