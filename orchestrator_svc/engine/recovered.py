"""What a saga hears once it is found out whether its customer has paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from common.contracts.payment import ProcessPayment
from common.messaging.envelope import Outbound
from common.recovery.client import Finding
from common.recovery.models import Recovery
from common.saga import ReplyArrived
from common.storage.reads import read_rows
from orchestrator_svc.engine.book import SagaBook
from orchestrator_svc.engine.models import SagaInstance

log = structlog.get_logger(__name__)


def conclude(row: Recovery, finding: Finding, now: datetime) -> Sequence[Outbound]:
    """Answer the saga's charge by what was found, as its participant would have."""
    book = SagaBook(read_rows(SagaInstance, saga_id=[row.saga_id]), now)
    if row.saga_id not in book:
        log.warning("saga.unknown", saga_id=row.saga_id, order_id=row.order_id)
        return ()
    answer = ReplyArrived(
        command_id=row.recovery_id, command_name=ProcessPayment.name, answer=finding
    )
    advanced = book.apply(row.saga_id, answer, causation_id=row.caused_by)
    if advanced.note:
        log.info("saga.note", saga_id=row.saga_id, note=advanced.note)
    return book.write()
