"""Toss has the money and our books could not be written: say so on every way left.

First by the outbox, with the payment marked; where the database takes nothing at all,
straight to the log. Either way the saga or the order hears `tossPaymentData`, and has
the payment's document made by `create-from-toss`. And where that is lost too, the
intent is still there, and the sweep reads back what became of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import structlog
from django.db import DatabaseError

from common import clock, faults
from common.contracts.base import Refused
from common.contracts.events import OrderCreated, PaymentFailed
from common.contracts.payment import ProcessPayment
from common.log.port import LogError, NewRecord
from common.messaging import outbox, relay
from common.messaging.envelope import Inbound, Outbound, iso
from common.messaging.outbound import event, reply_to
from common.storage.transactions import run_atomically
from payment_svc.payments.answering import SERVICE
from payment_svc.payments.domain import (
    TOSS_SUCCESS_DB_FAILED,
    Happening,
    PaymentStatus,
)
from payment_svc.payments.gateway.remote import CHARGED, RemotePayment
from payment_svc.payments.handlers import load
from payment_svc.payments.looks import later
from payment_svc.payments.models import Payment
from payment_svc.payments.settlement import booking, entries
from payment_svc.payments.settlement.calls import Outcome
from payment_svc.payments.settlement.claim import Claim

log = structlog.get_logger(__name__)

SUFFIX = "toss-success"
MESSAGE = "Toss has charged the customer, and the payment could not be saved."


def tell(claim: Claim, outcome: Outcome, error: DatabaseError) -> None:
    """Tell of a charge that could not be booked; re-raise where there was none."""
    if not (isinstance(outcome, RemotePayment) and outcome.status in CHARGED):
        raise error
    if claim.payment.status != PaymentStatus.PROCESSING:
        raise error
    payment_id = claim.payment.payment_id
    log.error("payment.not_saved", payment_id=payment_id, error=str(error))
    messages = list(_messages(claim.payment, claim.waiting, outcome))
    try:
        run_atomically(lambda: _mark(claim, outcome, messages))
    except DatabaseError:
        log.exception("payment.not_marked", payment_id=payment_id)
        _publish(messages)


def _mark(claim: Claim, paid: RemotePayment, messages: Sequence[Outbound]) -> None:
    books = load({claim.payment.payment_id}, clock.now())
    payment = books.find(claim.payment.payment_id)
    if payment is None or payment.status != PaymentStatus.PROCESSING:
        return
    books.happened(payment, Happening.NOT_SAVED)
    entries.note(payment, paid)
    later(payment, books.now)
    books.save()
    faults.reach("payment.save", fail=booking.away)
    outbox.append(messages)


def _publish(messages: Sequence[Outbound]) -> None:
    """Past the outbox: losing these only means that the sweep is left to find it."""
    records = [
        NewRecord(
            topic=one.topic,
            key=one.key,
            value=one.value,
            headers=one.envelope.headers(),
        )
        for one in messages
    ]
    try:
        relay.process_publisher().publish(records)
    except LogError:
        log.exception("payment.not_told", messages=len(records))


def _messages(
    payment: Payment, waiting: Sequence[Inbound], paid: RemotePayment
) -> Iterator[Outbound]:
    now = clock.now()
    data = plain_data(paid)
    for inbound in waiting:
        if isinstance(inbound.body, ProcessPayment):
            refused = Refused(
                reason=TOSS_SUCCESS_DB_FAILED, message=MESSAGE, toss_payment_data=data
            )
            reply = reply_to(inbound, refused, service=SERVICE, now=now)
            message_id = f"{reply.envelope.message_id}/{SUFFIX}"
            yield replace(
                reply, envelope=replace(reply.envelope, message_id=message_id)
            )
        elif isinstance(inbound.body, OrderCreated):
            failed = PaymentFailed(
                order_id=payment.order_id,
                timestamp=iso(now),
                reason=TOSS_SUCCESS_DB_FAILED,
                message=MESSAGE,
                payment_id=payment.payment_id,
                toss_payment_data=data,
            )
            yield event(failed, cause=inbound, suffix=SUFFIX, service=SERVICE, now=now)


def plain_data(paid: RemotePayment) -> dict[str, Any]:
    """Toss's record as plain JSON values."""
    found: dict[str, Any] = json.loads(
        json.dumps(dict(paid.data), default=entries.plain)
    )
    return found
