"""What the inventory service does with a batch of messages, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from common.contracts.events import OrderCancelled, PaymentProcessed
from common.contracts.inventory import ReleaseInventory, ReserveInventory
from common.messaging.envelope import Inbound, Outbound, iso
from common.messaging.outbound import event, reply_to
from common.storage.reads import read_rows
from inventory_svc.stock import answers, domain
from inventory_svc.stock.domain import Deed, Request
from inventory_svc.stock.models import Product, Reservation
from inventory_svc.stock.shelves import Shelves, held_by

SERVICE = "inventory"
# The suffix of an inventory.failed that tells of a cancel, not of a shortage.
CANCELLED = "cancelled"


class UnexpectedMessage(Exception):
    """The message is not one that the inventory service deals with."""


@dataclass(frozen=True, slots=True)
class Case:
    """One message of the batch, what it asks for, and of which reservation."""

    inbound: Inbound
    request: Request
    keys: tuple[str, ...]


def handle(batch: Sequence[Inbound], now: datetime) -> Sequence[Outbound]:
    """Set aside, release, and say what became of it, in the order of the batch."""
    cases = [_case(inbound) for inbound in batch]
    shelves = _load(cases, now)
    answers = [_deal_with(case, shelves, now) for case in cases]
    shelves.save()
    return [answer for answer in answers if answer is not None]


def _case(inbound: Inbound) -> Case:
    body = inbound.body
    if isinstance(
        body, ReserveInventory | ReleaseInventory | PaymentProcessed | OrderCancelled
    ):
        return Case(inbound, body, _keys(inbound, body))
    raise UnexpectedMessage(
        f"{inbound.envelope.message_id}: the inventory does not listen to "
        f"{type(body).__name__}"
    )


def _keys(inbound: Inbound, request: Request) -> tuple[str, ...]:
    """The reservation named, if any, and the attempt's own."""
    own = domain.reservation_id_of(inbound.order_id, domain.attempt_of(request))
    if isinstance(request, ReleaseInventory) and request.reservation_id:
        # A retried saga may undo what an earlier attempt set aside.
        return request.reservation_id, own
    return (own,)


def _load(cases: Sequence[Case], now: datetime) -> Shelves:
    keys = {key for case in cases for key in case.keys}
    reservations = read_rows(Reservation, reservation_id=keys)
    wanted = {key for each in reservations for key in held_by(each)}
    for case in cases:
        if isinstance(case.request, ReserveInventory | PaymentProcessed):
            wanted.update(item.product_id for item in case.request.items)
    products = read_rows(Product, product_id=wanted)
    return Shelves(products, reservations, now)


def _deal_with(case: Case, shelves: Shelves, now: datetime) -> Outbound | None:
    found = _find(case, shelves)
    if not domain.concerns(case.request, found):
        return None
    reservation = found or _blank(case)
    _do(domain.deed(case.request, found), case.request, reservation, shelves)
    return _answer(case, reservation, now)


def _find(case: Case, shelves: Shelves) -> Reservation | None:
    for key in case.keys:
        found = shelves.find(key)
        if found is not None and found.order_id == case.inbound.order_id:
            return found
    return None


def _do(
    deed: Deed, request: Request, reservation: Reservation, shelves: Shelves
) -> None:
    if isinstance(request, ReserveInventory | PaymentProcessed):
        if deed is Deed.RESERVE:
            shelves.reserve(reservation, request.items)
    elif deed is Deed.RELEASE:
        shelves.release(reservation, request.reason)
    elif deed is Deed.FORESTALL:
        shelves.forestall(reservation, request.reason)


def _answer(case: Case, reservation: Reservation, now: datetime) -> Outbound | None:
    request, cause = case.request, case.inbound
    if isinstance(request, ReserveInventory):
        answer = answers.answer_to_reserve(reservation)
        return reply_to(cause, answer, service=SERVICE, now=now)
    if isinstance(request, ReleaseInventory):
        return reply_to(cause, request.done(), service=SERVICE, now=now)
    if isinstance(request, PaymentProcessed):
        news = answers.news_of_reserve(request, reservation, iso(now))
        return event(news, cause=cause, service=SERVICE, now=now) if news else None
    failed = answers.news_of_cancel(request, iso(now))
    return event(failed, cause=cause, suffix=CANCELLED, service=SERVICE, now=now)


def _blank(case: Case) -> Reservation:
    """A reservation as the request describes it, not yet made."""
    return Reservation(
        reservation_id=case.keys[-1],
        order_id=case.inbound.order_id,
        attempt=domain.attempt_of(case.request),
        saga_id=case.inbound.saga_id,
        items=[],
    )
