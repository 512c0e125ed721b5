"""Replies advance sagas; an order that was cancelled aborts or undoes its saga."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from common.contracts.base import Mode, Reply
from common.contracts.events import OrderCancelled
from common.messaging.envelope import Inbound, Outbound
from common.saga import CancelAsked, CancelBlocked, ReplyArrived
from common.storage.reads import read_rows
from orchestrator_svc.engine.book import SagaBook
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.sagas import OrderSaga

log = structlog.get_logger(__name__)


def handle(batch: Sequence[Inbound], now: datetime) -> Sequence[Outbound]:
    """Advance every saga the batch speaks of; write each once."""
    book = SagaBook(_rows_of(batch), now)
    orders = {book.state(s).key: s for s in book.saga_ids(OrderSaga.name)}
    for message in batch:
        if isinstance(message.body, Reply):
            _reply(book, message, message.body)
        elif isinstance(message.body, OrderCancelled):
            _cancelled(book, message, message.body, orders.get(message.order_id))
    return book.write()


def _reply(book: SagaBook, message: Inbound, reply: Reply) -> None:
    if message.saga_id not in book:
        log.warning("saga.unknown", saga_id=message.saga_id, order_id=message.order_id)
        return
    envelope = message.envelope
    event = ReplyArrived(
        command_id=envelope.causation_id,
        command_name=reply.command_name,
        answer=reply.answer,
    )
    advanced = book.apply(message.saga_id, event, causation_id=envelope.message_id)
    if advanced.note:
        log.info("saga.note", saga_id=message.saga_id, note=advanced.note)


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
