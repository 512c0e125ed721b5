"""What people read of an entry, and where it leads."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.web.converters import is_id
from orchestrator_svc.dashboard.audit.gather import Entry

ACTIONS: dict[str, str | Promise] = {
    "saga.retry": _("Retried a saga"),
    "saga.retry_many": _("Retried many sagas"),
    "saga.cancel": _("Cancelled a saga"),
    "saga.settle": _("Settled a step by hand"),
    "order.cancel": _("Cancelled an order"),
    "payment.refund": _("Refunded a payment"),
    "stock.initialize": _("Set the sample stock"),
    "stock.set": _("Set a product's stock"),
    "letter.redrive": _("Redrove a dead letter"),
    "letter.discard": _("Discarded a dead letter"),
    "outbox.replay": _("Sent messages again"),
    "messages.purge": _("Deleted old messages"),
    "fault.turn_on": _("Turned a fault on"),
    "fault.turn_off": _("Turned a fault off"),
    "playground.start": _("Started a playground run"),
    "playground.stop": _("Stopped a playground run"),
}
PLACES = {
    "saga.retry": "/sagas/{}",
    "saga.cancel": "/sagas/{}",
    "saga.settle": "/sagas/{}",
    "saga.retry_many": "/jobs/{}",
    "order.cancel": "/orders/{}",
}
LETTERS = frozenset({"letter.redrive", "letter.discard"})


def said(action: str) -> str:
    """What was done; an action nobody knows stands for itself."""
    return str(ACTIONS.get(action, action))


def leads_to(entry: Entry) -> str:
    """The page of what it was done to, if it has one."""
    if entry.action == "payment.refund":
        order_id = str(entry.detail.get("orderId", ""))
        return f"/orders/{order_id}" if is_id(order_id) else ""
    if not is_id(entry.target):
        return ""
    if entry.action in LETTERS:
        return f"/log/dead-letters/{entry.service}/{entry.target}"
    return PLACES.get(entry.action, "").format(entry.target)
