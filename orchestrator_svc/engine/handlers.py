"""Replies advance sagas; an order that was cancelled aborts or undoes its saga."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog

from common.contracts.base import Mode, Refused, Reply
from common.contracts.events import OrderCancelled
from common.contracts.payment import ProcessPayment
from common.contracts.toss import says_charged
from common.messaging.envelope import Inbound, Outbound
from common.recovery.services import Heard, begin
from common.saga import (
    CancelAsked,
    CancelBlocked,
    RefusalDoubted,
    ReplyArrived,
    SagaState,
)
from common.storage.reads import read_rows
from orchestrator_svc.engine.book import SagaBook
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.sagas import OrderSaga

WAITING = "Toss has charged the customer: waiting for the payment's document"

log = structlog.get_logger(__name__)


def handle(batch: Sequence[Inbound], now: datetime) -> Sequence[Outbound]:
    """Advance every saga the batch speaks of; write each once."""
    book = SagaBook(_rows_of(batch), now)
    orders = {book.state(s).key: s for s in book.saga_ids(OrderSaga.name)}
    doubted: list[Heard] = []
    for message in batch:
        if isinstance(message.body, Reply):
            doubted += _reply(book, message, message.body)
        elif isinstance(message.body, OrderCancelled):
            _cancelled(book, message, message.body, orders.get(message.order_id))
    begin(doubted, now)
    return book.write()


def _reply(book: SagaBook, message: Inbound, reply: Reply) -> list[Heard]:
    """Advance the saga; what is to be found out before it goes on, if anything."""
    if message.saga_id not in book:
        log.warning("saga.unknown", saga_id=message.saga_id, order_id=message.order_id)
        return []
    before, event = book.state(message.saga_id), _event(message, reply)
    cause = message.envelope.message_id
    advanced = book.apply(message.saga_id, event, causation_id=cause)
    if advanced.note:
        log.info("saga.note", saga_id=message.saga_id, note=advanced.note)
    if not isinstance(event, RefusalDoubted) or advanced.state is before:
        return []
    return [_heard(advanced.state, event.answer, cause)]


def _event(message: Inbound, reply: Reply) -> ReplyArrived | RefusalDoubted:
    command_id, name = message.envelope.causation_id, reply.command_name
    refusal = reply.answer if isinstance(reply.answer, Refused) else None
    is_charge = name == ProcessPayment.name
    if refusal and is_charge and says_charged(refusal.toss_payment_data):
        return RefusalDoubted(
            command_id=command_id, command_name=name, answer=refusal, why=WAITING
        )
    return ReplyArrived(command_id=command_id, command_name=name, answer=reply.answer)


def _heard(state: SagaState[Any], refusal: Refused, cause: str) -> Heard:
    return Heard(
        recovery_id=state.step(ProcessPayment.name).command_id or "",
        order_id=state.key,
        saga_id=state.saga_id,
        customer_id=state.data.customer_id,
        attempt=state.attempt,
        amount=state.data.total_amount,
        refusal=refusal,
        caused_by=cause,
    )


def _cancelled(
    book: SagaBook, message: Inbound, event: OrderCancelled, saga_id: str | None
) -> None:
    if event.mode is not Mode.ORCHESTRATION:
        return
    if saga_id is None:
        log.warning("saga.unknown", order_id=event.order_id)
        return
    # Who asks at the order's own service asks as its customer, whatever the name.
    by = ":".join(filter(None, ("customer", event.requested_by)))
    asked = CancelAsked(by=by, reason=event.reason)
    try:
        book.apply(saga_id, asked, causation_id=message.envelope.message_id)
    except CancelBlocked as blocked:
        # The order service asks again until it hears the end; the end is under way.
        log.info("saga.cancel_blocked", saga_id=saga_id, code=blocked.code)


def _rows_of(batch: Sequence[Inbound]) -> list[SagaInstance]:
    sagas = {message.saga_id for message in batch if message.saga_id}
    orders = {
        message.order_id
        for message in batch
        if isinstance(message.body, OrderCancelled)
    }
    rows = {row.saga_id: row for row in read_rows(SagaInstance, saga_id=sagas)}
    for row in read_rows(SagaInstance, order_id=orders):
        rows.setdefault(row.saga_id, row)
    return list(rows.values())
