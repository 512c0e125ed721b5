"""How far an order is, in words that fit both patterns."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Text


class Stage(Enum):
    """A stage: its name in style sheets, its label, and whether it is an end."""

    WAITING = ("waiting", _("not sent yet"), False)
    REFUSED = ("refused", _("not accepted"), True)
    STARTED = ("started", _("started"), False)
    PAID = ("paid", _("paid"), False)
    RESERVED = ("reserved", _("stock reserved"), False)
    COMPLETED = ("completed", _("completed"), True)
    UNDOING = ("undoing", _("being undone"), False)
    UNDONE = ("undone", _("undone"), True)
    FAILED = ("failed", _("declined"), True)

    def __init__(self, key: str, label: Text, is_end: bool) -> None:
        self.key = key
        self.label = label
        self.is_end = is_end


S = Stage

OF_ORDER: Mapping[str, Stage] = {
    "PENDING": S.STARTED,
    "PAYMENT_COMPLETED": S.PAID,
    "COMPLETED": S.COMPLETED,
    "CANCELLING": S.UNDOING,
    "CANCELLED": S.UNDONE,
    "FAILED": S.FAILED,
}
OF_SAGA: Mapping[str, Stage] = {
    "STARTED": S.STARTED,
    "ORDER_CREATED": S.STARTED,
    "PAYMENT_PROCESSING": S.STARTED,
    "PAYMENT_COMPLETED": S.PAID,
    "INVENTORY_RESERVING": S.PAID,
    "INVENTORY_RESERVED": S.RESERVED,
    "COMPLETED": S.COMPLETED,
    "COMPENSATING": S.UNDOING,
    "COMPENSATED": S.UNDONE,
    "FAILED": S.FAILED,
}


def stage_of(order: str | None, saga: str | None) -> Stage:
    """Where an order is, by what the order service and the orchestrator say of it.

    A saga is heard first, for it knows more; but it is at its end only where the order
    says so, too: they are rows of two databases.
    """
    by_order = OF_ORDER.get(order or "", S.STARTED)
    if saga is None:
        return by_order
    by_saga = OF_SAGA.get(saga, S.STARTED)
    if not by_saga.is_end:
        return by_saga
    if by_order.is_end or (order is None and by_saga is S.FAILED):
        # A declined order was undone as far as there was anything to undo.
        return by_order if order is not None else by_saga
    if by_saga is S.COMPLETED and by_order is not S.UNDOING:
        return S.RESERVED
    return S.UNDOING
