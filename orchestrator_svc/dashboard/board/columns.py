"""The columns of the list, and what a click on the head of one asks for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orchestrator_svc.engine.api.filters import ASCENDING, DESCENDING
from orchestrator_svc.engine.selectors import SagaQuery

# The words of each column, and by what it sorts.
COLUMNS: tuple[tuple[str | Promise, str], ...] = (
    (_("Order"), "orderId"),
    (_("Customer"), ""),
    (_("Status"), "status"),
    (_("Step"), ""),
    (_("Total"), "totalAmount"),
    (_("Started"), "createdAt"),
    (_("Last change"), "updatedAt"),
)
# Where the largest or the newest is looked for first.
FALLING = frozenset({"totalAmount", "createdAt", "updatedAt"})


@dataclass(frozen=True, slots=True)
class Column:
    """One head: `order` is how the list is sorted by it now, if it is."""

    label: str
    key: str
    order: str

    @property
    def spoken(self) -> str:
        """The order as `aria-sort` says it."""
        return {ASCENDING: "ascending", DESCENDING: "descending"}.get(self.order, "")

    @property
    def next(self) -> str:
        """The order that a click asks for: the other one, or the likely one."""
        if self.order:
            return ASCENDING if self.order == DESCENDING else DESCENDING
        return DESCENDING if self.key in FALLING else ASCENDING


def columns_of(query: SagaQuery) -> list[Column]:
    """The heads of a list that is sorted so."""
    order = DESCENDING if query.descending else ASCENDING
    return [
        # Said once, not in every cell that names its column.
        Column(str(label), key, order if key == query.sort_by else "")
        for label, key in COLUMNS
    ]
