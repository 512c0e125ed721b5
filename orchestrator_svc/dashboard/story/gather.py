"""What the four services know of one order, asked of all at once.

A service that does not answer is named, and the others' part is shown without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

import httpx

from common.messaging import selectors as mailboxes
from common.messaging.api.serializers import StorySerializer
from common.web import peers
from orchestrator_svc.dashboard.story.facts import Json, Mailbox, mailbox

MAX_MESSAGES = 400
TIME_LIMIT = httpx.Timeout(2.0, connect=0.5)
OWN = "orchestrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What was heard; `silent` are the services that did not answer.

    `order` and `reservation` are None where there is none, or nobody who knows.
    """

    mailboxes: Mapping[str, Mailbox]
    order: Json | None = None
    payments: Sequence[Json] = ()
    reservation: Json | None = None
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    service: str
    box: Mailbox | None = None
    thing: Any = None


# Beside its mailbox each is asked for what it keeps of the order.
KEPT = {
    "order": "/api/orders/{}",
    "payment": "/api/payments/order/{}/attempts",
    "inventory": "/api/reservations/order/{}",
}


def gather(order_id: str) -> Gathered:
    """All that is known of the order now."""
    with ThreadPoolExecutor(len(KEPT)) as pool:
        # The threads belong to this request: its ids go out with what they ask.
        asked = [
            pool.submit(copy_context().run, _ask, service, order_id) for service in KEPT
        ]
        own = _own(order_id)
        heard = {one.service: one for one in (each.result() for each in asked)}
    boxes = {one.service: one.box for one in heard.values() if one.box}
    payments = heard["payment"].thing or {}
    return Gathered(
        mailboxes={OWN: own, **boxes},
        order=heard["order"].thing,
        payments=payments.get("data", ()),
        reservation=heard["inventory"].thing,
        silent=tuple(service for service in KEPT if service not in boxes),
    )


def _own(order_id: str) -> Mailbox:
    told = mailboxes.story(key=order_id, limit=MAX_MESSAGES)
    return mailbox(OWN, StorySerializer(told).data)


def _ask(service: str, order_id: str) -> _Heard:
    asked: peers.Params = {"key": order_id, "limit": MAX_MESSAGES}
    try:
        told = peers.get(service, "/api/messages/story", asked, timeout=TIME_LIMIT)
        kept = peers.find(service, KEPT[service].format(order_id), timeout=TIME_LIMIT)
        with peers.reading(service):
            return _Heard(service=service, box=mailbox(service, told), thing=kept)
    except (peers.NoAnswer, peers.Refused):
        return _Heard(service=service)
