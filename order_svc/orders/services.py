"""What can be done to orders from outside: create, cancel, ask again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from common import clock, identity
from common.contracts import topics
from common.contracts.base import Mode, PaymentMethod
from common.contracts.order import Item, total_of
from common.messaging import outbox
from common.messaging.envelope import Outbound
from common.storage.bulk import update_rows
from common.storage.transactions import run_atomically
from common.web import audit
from order_svc.orders import selectors
from order_svc.orders.book import OrderBook, cancelled_event, created_event
from order_svc.orders.domain import (
    CancelRefused,
    Contents,
    OrderState,
    ask_to_cancel,
    cancel_refusal,
)
from order_svc.orders.models import Order
from order_svc.orders.patience import put_off

RESEND_COLUMNS = ("resends", "resend_at", "history")


class OrderUnknown(LookupError):
    """There is no order with this id."""

    def __init__(self, order_id: str) -> None:
        """`order_id` is what was asked for."""
        super().__init__(f"There is no order {order_id}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """What became of asking to cancel one of many orders."""

    order_id: str
    done: bool
    detail: str = ""


def create_order(
    *,
    customer_id: str,
    items: tuple[Item, ...],
    payment_method: PaymentMethod = PaymentMethod.AUTO,
    traceparent: str = "",
) -> Order:
    """Open an order and start its choreography: its row and its event in one unit."""
    contents = Contents(
        customer_id=customer_id,
        items=items,
        total_amount=total_of(items),
        payment_method=payment_method,
    )
    return run_atomically(lambda: _create_order(contents, traceparent))


def request_cancel(
    *, order_id: str, reason: str, by: str, traceparent: str = ""
) -> Order:
    """Ask everybody to undo the order. Raises OrderUnknown, CancelRefused."""
    return run_atomically(lambda: _request_cancel(order_id, reason, by, traceparent))


def cancel_many(*, order_ids: list[str], reason: str, by: str) -> list[Cancelled]:
    """Ask to cancel each of these; what cannot be cancelled does not stop the rest."""
    return [_cancel_one(order_id, reason, by) for order_id in order_ids]


def preview_cancel(*, order_ids: list[str]) -> list[Cancelled]:
    """What `cancel_many` would do, without doing it."""
    book = OrderBook(selectors.orders_by_id(order_ids), clock.now())
    return [_preview(book, order_id) for order_id in order_ids]


def resend_stuck(now: datetime, limit: int = 500) -> int:
    """Send again the last event of orders that wait in vain; return how many."""
    return run_atomically(lambda: _resend_stuck(now, limit))


def _create_order(contents: Contents, traceparent: str) -> Order:
    now = clock.now()
    order_id = identity.new_order_id()
    state = OrderState(
        order_id=order_id,
        mode=Mode.CHOREOGRAPHY,
        known=True,
        opened_by=f"{order_id}/{topics.ORDER_CREATED}",
    )
    book = OrderBook([], now)
    row = book.put(state, "ordered by the customer", contents)
    book.write()
    outbox.append([created_event(row, now, traceparent=traceparent)])
    return row


def _request_cancel(order_id: str, reason: str, by: str, traceparent: str) -> Order:
    now = clock.now()
    book = OrderBook(selectors.orders_by_id([order_id]), now)
    state = book.state(order_id)
    if state is None:
        raise OrderUnknown(order_id)
    cancelling = ask_to_cancel(state, reason=reason, by=by[:200])
    why = f"cancel asked by {by}: {reason}" if reason else f"cancel asked by {by}"
    row = book.put(cancelling, why[:300])
    book.write()
    outbox.append([cancelled_event(row, now, traceparent=traceparent)])
    audit.record(by, "order.cancel", order_id, reason=reason)
    return row


def _cancel_one(order_id: str, reason: str, by: str) -> Cancelled:
    try:
        request_cancel(order_id=order_id, reason=reason, by=by)
    except (CancelRefused, OrderUnknown) as refused:
        return Cancelled(order_id=order_id, done=False, detail=str(refused))
    return Cancelled(order_id=order_id, done=True)


def _preview(book: OrderBook, order_id: str) -> Cancelled:
    state = book.state(order_id)
    if state is None:
        refusal: Exception | None = OrderUnknown(order_id)
    else:
        refusal = cancel_refusal(state)
    detail = str(refusal or "")
    return Cancelled(order_id=order_id, done=refusal is None, detail=detail)


def _resend_stuck(now: datetime, limit: int) -> int:
    rows = selectors.due_for_resend(now, limit)
    for row in rows:
        put_off(row, now)
    update_rows(Order, rows, RESEND_COLUMNS)
    # An order of which only others have spoken has no event of its own yet.
    told = [row for row in rows if row.items or row.cancelled_by]
    outbox.append([_last_event(row, now) for row in told])
    return len(rows)


def _last_event(row: Order, now: datetime) -> Outbound:
    """What the others are asked by: the cancel where one was asked, else the order.

    A shortage cancels without order.cancelled, so there the whole chain is asked.
    """
    if row.cancelled_by:
        return cancelled_event(row, now, resend=row.resends)
    return created_event(row, now, resend=row.resends)
