"""Messages to the order service, a batch at a time: load, decide, write, answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from common.contracts.base import Command, ContractError, Event, Refused
from common.contracts.events import InventoryFailed, PaymentFailed
from common.contracts.order import CancelOrder, CreateOrder
from common.messaging import outbound
from common.messaging.envelope import Inbound, Outbound
from common.recovery.services import Heard, begin
from order_svc.orders import selectors
from order_svc.orders.book import SERVICE, OrderBook, cancelled_event
from order_svc.orders.decisions import Arrival, Decision, decide

WAITING = "though Toss has charged the customer: waiting for the payment's document"


def handle(batch: Sequence[Inbound], now: datetime) -> Sequence[Outbound]:
    """Give every message its effect, in order; one read, each row written once."""
    rows = selectors.orders_by_id({message.order_id for message in batch})
    book = OrderBook(rows, now)
    sent: list[Outbound] = []
    doubted: list[Heard] = []
    for message in batch:
        decision = _apply(book, message)
        sent += _outbounds(book, message, decision)
        if decision.recover:
            doubted += _doubted(book, message)
    begin(doubted, now)
    book.write()
    return sent


def _apply(book: OrderBook, message: Inbound) -> Decision:
    body = message.body
    if not isinstance(body, Command | Event):
        raise ContractError(f"{message.topic}: replies are not for the order service")
    arrival = Arrival(
        order_id=message.order_id,
        body=body,
        message_id=message.envelope.message_id,
        saga_id=message.saga_id,
    )
    decision = decide(book.state(message.order_id), arrival)
    if decision.order is not None:
        book.put(decision.order, why_of(body), decision.contents)
    return decision


def _outbounds(book: OrderBook, message: Inbound, decision: Decision) -> list[Outbound]:
    sent = []
    if decision.answer is not None:
        answer = decision.answer
        reply = outbound.reply_to(message, answer, service=SERVICE, now=book.now)
        sent.append(reply)
    if decision.undo:
        row = book.row(message.order_id)
        sent.append(cancelled_event(row, book.now, cause=message))
    return sent


def _doubted(book: OrderBook, message: Inbound) -> list[Heard]:
    """The payment to look into; the order's history says that it is."""
    failed = message.body
    if not isinstance(failed, PaymentFailed):
        return []
    row = book.remark(message.order_id, f"{why_of(failed)}, {WAITING}")
    refusal = Refused(
        reason=failed.reason,
        message=failed.message,
        toss_payment_data=failed.toss_payment_data,
    )
    heard = Heard(
        recovery_id=row.order_id,
        order_id=row.order_id,
        customer_id=row.customer_id,
        amount=row.total_amount,
        payment_id=failed.payment_id or "",
        refusal=refusal,
        caused_by=message.envelope.message_id,
    )
    return [heard]


def why_of(body: Command | Event) -> str:
    """The line in an order's history for a message."""
    if isinstance(body, CreateOrder) and body.attempt > 1:
        return f"{body.name}, attempt {body.attempt}"
    if isinstance(body, CancelOrder) and body.reason:
        return f"{body.name}: {body.reason}"[:300]
    if isinstance(body, PaymentFailed | InventoryFailed):
        return f"{body.topic}: {body.reason}"
    return body.name if isinstance(body, Command) else body.topic
