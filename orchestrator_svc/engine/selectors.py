"""Reading sagas: pages that stay quick with hundreds of thousands of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from common.contracts.order import Item
from common.saga import Phase, definition_of, walks
from common.storage.database import (
    counts_need_an_index,
    knows_how_rare_values_are,
)
from orchestrator_svc.engine.book import state_of
from orchestrator_svc.engine.models import LONG, RetryJob, SagaInstance
from orchestrator_svc.sagas import OrderSaga, registry

# What a list may be ordered by, and the index it then walks (see models.py).
ORDERS = {
    "createdAt": ("created_at", "saga_id"),
    "updatedAt": ("updated_at", "saga_id"),
    "status": ("status", "created_at", "saga_id"),
    "orderId": ("order_id", "saga_id"),
    "totalAmount": ("total_amount", "saga_id"),
}
SEARCHED = ("order_id", "saga_id", "customer_id")
MAX_FOUND = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SagaQuery:
    """Which sagas, in which order; no status and no definition mean all of them.

    `search` is an order, saga or customer id, or how one begins; `order_ids` are the
    orders to look at.
    """

    statuses: tuple[str, ...] = ()
    definition: str = OrderSaga.name
    search: str = ""
    order_ids: tuple[str, ...] = ()
    sort_by: str = "createdAt"
    descending: bool = True

    @property
    def finds_few(self) -> bool:
        """True where so few can match that all of them are read at once."""
        return bool(self.search or self.order_ids)


class SagaList:
    """The sagas of a query, counted and cut into pages.

    A page takes two steps: its ids come from the index of the order, which answers the
    filters too, and only then are its rows read.
    """

    def __init__(self, query: SagaQuery) -> None:
        """Nothing is read before it is asked for."""
        self._query = query

    def count(self) -> int:
        """How many there are."""
        return self._total

    def __getitem__(self, part: slice) -> list[SagaInstance]:
        """The sagas from `start` to `stop`; both must be given, `step` not."""
        start, stop = part.start, min(part.stop, self._total)
        if start >= stop:
            return []
        few = self._query.finds_few
        return rows_of(self._found[start:stop] if few else self._page(start, stop))

    def _page(self, start: int, stop: int) -> list[str]:
        """The ids of a page, walked to from the end that is nearer."""
        from_end = start > self._total // 2
        if from_end:
            start, stop = self._total - stop, self._total - start
        found = list(self._walked(self._query.descending is not from_end)[start:stop])
        return found[::-1] if from_end else found

    @cached_property
    def _total(self) -> int:
        if self._query.finds_few:
            return len(self._found)
        rows = SagaInstance.objects.all()
        if counts_need_an_index() and not self._query.statuses:
            # Every status: this names the index that has all that is asked.
            rows = rows.filter(status__gte="")
        return _narrowed(rows, self._query, "status", "definition").count()

    @cached_property
    def _found(self) -> list[str]:
        """All that a search finds: few enough to be read at once."""
        rows = SagaInstance.objects.all()
        if self._query.search:
            rows = rows.filter(saga_id__in=search(self._query.search))
        if self._query.order_ids:
            rows = rows.filter(order_id__in=self._query.order_ids)
        narrowed = _narrowed(rows, self._query, "status", "definition")
        return list(self._ordered(narrowed, self._query.descending))

    def _walked(self, descending: bool) -> QuerySet[SagaInstance, str]:
        """The ids of all that match, in order.

        For SQLite the filters name no bare column: it would take the index of the
        status for them, and then sort what may be nearly all rows.
        """
        rows = SagaInstance.objects.all()
        if knows_how_rare_values_are():
            narrowed = _narrowed(rows, self._query, "status", "definition")
            return self._ordered(narrowed, descending)
        rows = rows.alias(
            listed_status=Coalesce("status", Value("")),
            listed_definition=Coalesce("definition", Value("")),
        )
        walked = _narrowed(rows, self._query, "listed_status", "listed_definition")
        return self._ordered(walked, descending)

    def _ordered(
        self, rows: QuerySet[SagaInstance], descending: bool
    ) -> QuerySet[SagaInstance, str]:
        sign = "-" if descending else ""
        order = [f"{sign}{column}" for column in ORDERS[self._query.sort_by]]
        return rows.order_by(*order).values_list("saga_id", flat=True)


def _narrowed(
    rows: QuerySet[SagaInstance], query: SagaQuery, status: str, definition: str
) -> QuerySet[SagaInstance]:
    if query.definition:
        rows = rows.filter(**{definition: query.definition})
    if query.statuses:
        rows = rows.filter(**{f"{status}__in": query.statuses})
    return rows


def search(text: str) -> list[str]:
    """The sagas one of whose ids is, or begins with, `text`; at most MAX_FOUND each."""
    found: dict[str, None] = {}
    for column in SEARCHED:
        rows = SagaInstance.objects.filter(begins_with(column, text)).order_by(column)
        found |= dict.fromkeys(rows.values_list("saga_id", flat=True)[:MAX_FOUND])
    return list(found)


def begins_with(column: str, text: str) -> Q:
    """A range and not LIKE, which no database is sure to look up in an index."""
    after = text[:-1] + chr(ord(text[-1]) + 1)
    return Q(**{f"{column}__gte": text, f"{column}__lt": after})


def rows_of(saga_ids: Sequence[str]) -> list[SagaInstance]:
    """The rows of these sagas, in this order; what is missing is left out."""
    rows = SagaInstance.objects.filter(saga_id__in=saga_ids).order_by()
    by_id = {row.saga_id: row for row in rows}
    return [by_id[saga_id] for saga_id in saga_ids if saga_id in by_id]


def find(saga_id: str) -> SagaInstance | None:
    """One saga."""
    return SagaInstance.objects.filter(saga_id=saga_id).first()


def waits_for(row: SagaInstance) -> str:
    """The name of the command whose answer the saga needs; "" where it has ended."""
    state = state_of(row)
    if state.ended:
        return ""
    return walks.waits_for(definition_of(row.definition, state.version), state)[0]


def attention_of(row: SagaInstance) -> str:
    """Why a person should look at it; "" where nobody need."""
    return state_of(row).attention or ""


def failure_of(row: SagaInstance) -> tuple[str, str]:
    """The step that the last try failed at, and why; "" where no step did."""
    state = state_of(row)
    if state.failed_step is None:
        return "", ""
    return state.failed_step, state.step(state.failed_step).error or state.reason or ""


def items_of(row: SagaInstance) -> tuple[Item, ...]:
    """What was ordered."""
    items: tuple[Item, ...] = state_of(row).data.items
    return items


def find_by_order(order_id: str) -> SagaInstance | None:
    """The order's own saga, not the one that undoes it."""
    rows = SagaInstance.objects.filter(order_id=order_id, definition=OrderSaga.name)
    return rows.order_by("-created_at", "-saga_id").first()


def all_of_order(order_id: str) -> list[SagaInstance]:
    """The order's own sagas and those that undo it, oldest first."""
    rows = SagaInstance.objects.filter(order_id=order_id)
    return list(rows.order_by("created_at", "saga_id"))


def jobs() -> QuerySet[RetryJob]:
    """All retry jobs, newest first, without the ids of their sagas."""
    return RetryJob.objects.defer(*LONG).prefetch_related("refusals")


def statuses() -> tuple[str, ...]:
    """Every status that a saga of this program can have, in the order of the steps."""
    names: dict[str, None] = {}
    for definition in registry.values():
        for step in definition.steps:
            names |= {step.running: None, step.done: None}
    # A running saga shows how far it is, not that it runs.
    phases = [phase.value for phase in Phase if phase is not Phase.RUNNING]
    return tuple(names | dict.fromkeys(phases))


def unended_statuses() -> tuple[str, ...]:
    """The statuses of sagas that have not ended."""
    ends = [phase.value for phase in Phase if phase.ended]
    return tuple(name for name in statuses() if name not in ends)


def count_unended() -> dict[str, int]:
    """How many sagas stand in each status that is no end; none where there are none."""
    rows = SagaInstance.objects.filter(status__in=unended_statuses()).order_by()
    counted = rows.values_list("status").annotate(number=Count("saga_id"))
    return dict(counted)


def needing_attention() -> QuerySet[SagaInstance]:
    """The sagas that a person should look at, the longest waiting first."""
    rows = SagaInstance.objects.filter(attention_since__isnull=False)
    return rows.order_by("attention_since", "saga_id")


def slow(now: datetime, older_than: timedelta) -> list[SagaInstance]:
    """Sagas whose present try began so long ago and has not ended, oldest first.

    The last change tells nothing: asking again is a change too.
    """
    before = now - older_than
    rows = SagaInstance.objects.filter(
        status__in=unended_statuses(), created_at__lte=before
    )
    ordered = rows.order_by("created_at", "saga_id")
    return [row for row in ordered.iterator() if tried_since(row) <= before]


def tried_since(row: SagaInstance) -> datetime:
    """When the present try began."""
    retries = state_of(row).retries
    return retries[-1].retry_at if retries else row.created_at


def stuck(now: datetime, older_than: timedelta) -> list[SagaInstance]:
    """The sagas that need attention, then those that are slow, each once."""
    flagged = list(needing_attention())
    return [*flagged, *(r for r in slow(now, older_than) if not r.attention_since)]
