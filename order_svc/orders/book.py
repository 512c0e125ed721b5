"""The orders one transaction works on: read once, decided in memory, written once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from django.conf import settings

from common.contracts import money
from common.contracts.base import Mode, PaymentMethod
from common.contracts.events import OrderCancelled, OrderCreated
from common.contracts.order import Item
from common.messaging import outbound
from common.messaging.envelope import Inbound, Outbound, iso
from common.storage.bulk import insert_rows, update_rows
from order_svc.orders.domain import Contents, OrderState, OrderStatus
from order_svc.orders.models import Order

SERVICE = "order"
MAX_HISTORY = 50
RESEND_AFTER_S = 15

STATE_COLUMNS = (
    "mode",
    "status",
    "attempt",
    "opened_by",
    "saga_id",
    "payment_id",
    "reservation_id",
    "cancellation_reason",
    "cancelled_by",
    "history",
    "resend_at",
    "resends",
    "updated_at",
)
CONTENTS_COLUMNS = ("customer_id", "items", "total_amount", "payment_method")


class OrderBook:
    """Orders by id; `write` stores what changed, each row once."""

    def __init__(self, rows: Iterable[Order], now: datetime) -> None:
        self.now = now
        self._rows = {row.order_id: row for row in rows}
        self._states: dict[str, OrderState] = {}
        self._new: list[Order] = []
        self._changed: dict[str, Order] = {}
        self._refilled: dict[str, Order] = {}

    def row(self, order_id: str) -> Order:
        """The row as it will be written. KeyError for an order not in the book."""
        return self._rows[order_id]

    def state(self, order_id: str) -> OrderState | None:
        """The order as it stands in this book, or None."""
        state = self._states.get(order_id)
        if state is None and order_id in self._rows:
            state = self._states[order_id] = state_of(self._rows[order_id])
        return state

    def put(
        self, state: OrderState, why: str, contents: Contents | None = None
    ) -> Order:
        """Take in the order as it is now; a change of status goes into its history."""
        before = self.state(state.order_id)
        row = self._rows.get(state.order_id) or self._add(state)
        if contents is not None:
            fill(row, contents)
        if before is None or contents or before != state:
            project(state, row, self.now)
            self._note_change(row, before, why, refilled=contents is not None)
        self._states[state.order_id] = state
        return row

    def remark(self, order_id: str, why: str) -> Order:
        """Add a line to the history of an order in this book whose status stays."""
        row = self._rows[order_id]
        note(row, self.now, row.status, row.status, why[:300])
        row.updated_at = self.now
        if not row._state.adding and order_id not in self._refilled:
            self._changed[order_id] = row
        return row

    def write(self) -> None:
        """Store all that changed. Raises Conflict where another was faster."""
        insert_rows(Order, self._new)
        update_rows(Order, list(self._changed.values()), STATE_COLUMNS)
        whole = (*STATE_COLUMNS, *CONTENTS_COLUMNS)
        update_rows(Order, list(self._refilled.values()), whole)

    def _add(self, state: OrderState) -> Order:
        row = Order(
            order_id=state.order_id,
            created_at=self.now,
            total_amount=Decimal("0.00"),
            payment_method=PaymentMethod.AUTO.value,
        )
        self._rows[state.order_id] = row
        self._new.append(row)
        return row

    def _note_change(
        self, row: Order, before: OrderState | None, why: str, *, refilled: bool
    ) -> None:
        if before is None or before.status != row.status:
            note(row, self.now, before.status if before else None, row.status, why)
        if row._state.adding:
            return
        if refilled or row.order_id in self._refilled:
            self._refilled[row.order_id] = row
            self._changed.pop(row.order_id, None)
        else:
            self._changed[row.order_id] = row


def state_of(row: Order) -> OrderState:
    """The row as the rules see it."""
    return OrderState(
        order_id=row.order_id,
        mode=Mode(row.mode),
        status=OrderStatus(row.status),
        attempt=row.attempt,
        known=bool(row.items),
        opened_by=row.opened_by,
        saga_id=row.saga_id,
        payment_id=row.payment_id,
        reservation_id=row.reservation_id,
        reason=row.cancellation_reason,
        cancelled_by=row.cancelled_by,
    )


def project(state: OrderState, row: Order, now: datetime) -> None:
    """Write the state into the row's columns."""
    row.mode = state.mode.value
    row.status = state.status.value
    row.attempt = state.attempt
    row.opened_by = state.opened_by[:200]
    row.saga_id = state.saga_id
    row.payment_id = state.payment_id[:120]
    row.reservation_id = state.reservation_id[:120]
    row.cancellation_reason = state.reason
    row.cancelled_by = state.cancelled_by
    row.updated_at = now
    row.resends = 0
    row.resend_at = now + resend_after() if waits_for_others(state) else None


def waits_for_others(state: OrderState) -> bool:
    """True while an event should come that may have been lost.

    A running orchestrated order is the orchestrator's to drive; only its answer to a
    cancel is awaited here.
    """
    if state.has_ended or state.status is OrderStatus.COMPLETED:
        return False
    cancelling = state.status is OrderStatus.CANCELLING
    return cancelling or state.mode is Mode.CHOREOGRAPHY


def resend_after() -> timedelta:
    """How long an order may rest before its last event is sent again."""
    return timedelta(seconds=getattr(settings, "ORDER_RESEND_AFTER", RESEND_AFTER_S))


def fill(row: Order, contents: Contents) -> None:
    """Write what was ordered into the row; prices are texts, so none is rounded."""
    row.customer_id = contents.customer_id
    row.items = [
        {
            "productId": item.product_id,
            "productName": item.product_name,
            "quantity": item.quantity,
            "price": str(money.current().quantize(item.price)),
        }
        for item in contents.items
    ]
    row.total_amount = contents.total_amount
    row.payment_method = contents.payment_method.value


def items_of(row: Order) -> tuple[Item, ...]:
    """The items as the contracts have them."""
    return msgspec.convert(row.items, tuple[Item, ...])


def note(row: Order, at: datetime, before: str | None, after: str, why: str) -> None:
    """Add a line to the history; the first line and the newest ones are kept."""
    old = before.value if isinstance(before, OrderStatus) else before
    line: dict[str, Any] = {"at": iso(at), "from": old, "to": after, "why": why}
    row.history = [*row.history, line]
    if len(row.history) > MAX_HISTORY:
        row.history = [row.history[0], *row.history[-(MAX_HISTORY - 1) :]]


def created_event(
    row: Order, now: datetime, *, traceparent: str = "", resend: int = 0
) -> Outbound:
    """order.created under the id it had first, whoever sent it then."""
    body = OrderCreated(
        order_id=row.order_id,
        timestamp=iso(now),
        customer_id=row.customer_id,
        items=items_of(row),
        total_amount=row.total_amount,
        payment_method=PaymentMethod(row.payment_method),
    )
    sent = outbound.event(body, service=SERVICE, now=now, traceparent=traceparent)
    message_id = row.opened_by or sent.envelope.message_id
    envelope = replace(sent.envelope, message_id=message_id, resend=resend)
    return replace(sent, envelope=envelope)


def cancelled_event(
    row: Order,
    now: datetime,
    *,
    cause: Inbound | None = None,
    traceparent: str = "",
    resend: int = 0,
) -> Outbound:
    """order.cancelled of the row's attempt.

    In the choreography a resend has the same id, and whoever answered answers again.
    The orchestrator answers nothing; it has to think anew, so there it gets a new id.
    """
    body = OrderCancelled(
        order_id=row.order_id,
        timestamp=iso(now),
        mode=Mode(row.mode),
        reason=row.cancellation_reason,
        customer_id=row.customer_id,
        requested_by=row.cancelled_by,
    )
    sent = outbound.event(
        body,
        service=SERVICE,
        now=now,
        cause=cause,
        suffix=_suffix(row, resend),
        traceparent=traceparent,
    )
    return replace(sent, envelope=replace(sent.envelope, resend=resend))


def _suffix(row: Order, resend: int) -> str:
    if row.mode == Mode.CHOREOGRAPHY:
        return ""
    attempt = str(row.attempt)
    return f"{attempt}/again-{resend}" if resend else attempt
