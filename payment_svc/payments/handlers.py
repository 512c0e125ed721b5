"""What the payment service does with a batch of messages, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from common.messaging.envelope import Inbound, Outbound
from common.storage.reads import read_rows
from payment_svc.payments import cases, doorbell
from payment_svc.payments.answering import Answering
from payment_svc.payments.books import Books
from payment_svc.payments.cases import Case
from payment_svc.payments.domain import Provider
from payment_svc.payments.models import Payment, Refund, RefundStatus


def handle(batch: Sequence[Inbound], now: datetime) -> Sequence[Outbound]:
    """Charge, give back, and say what became of it, in the order of the batch."""
    asked = [cases.case_of(inbound) for inbound in batch]
    books = load(cases.keys_of(asked), now)
    answering = Answering(books)
    answering.deal_with(asked)
    answering.finish()
    books.save()
    doorbell.ring_if_due(books)
    return _in_order(answering.sent, asked)


def _in_order(sent: Mapping[str, Outbound], asked: Sequence[Case]) -> list[Outbound]:
    """The answers in the order of the batch; then those to what had waited."""
    places = {case.message_id: place for place, case in enumerate(asked)}
    answered = sorted(sent, key=lambda each: places.get(each, len(places)))
    return [sent[message_id] for message_id in answered]


def load(payment_ids: set[str], now: datetime) -> Books:
    """The payments of these ids, and the refunds that Toss has not made yet."""
    payments = read_rows(Payment, payment_id=payment_ids)
    at_toss = {each.payment_id for each in payments if each.provider == Provider.TOSS}
    unmade = (RefundStatus.PENDING, RefundStatus.REFUSED)
    refunds = read_rows(Refund, payment_id=at_toss, status=unmade)
    return Books(payments, now, refunds)
