"""Reading what the board tells; few queries, each answered by an index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce

from common import clock
from common.storage.database import current_database
from orchestrator_svc.dashboard.board.figures import ENDS, Figures, Span, begins
from orchestrator_svc.engine.book import state_of
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.engine.selectors import needing_attention

# So old may figures be: many who look at once do not make the database count for each.
FIGURES_LAST_S = 5
SAMPLED = 1000
END = Coalesce("status", Value(""))


def figures(definition: str) -> Figures:
    """The figures of one kind of sagas, or of all; some seconds old at most."""
    key = f"board.figures.{current_database()}.{definition}"
    found: Figures | None = cache.get(key)
    if found is None:
        found = read_figures(definition, clock.now())
        cache.set(key, found, FIGURES_LAST_S)
    return found


def read_figures(definition: str, now: datetime) -> Figures:
    """The figures as they are now, in three queries."""
    starts = begins(now)
    return Figures(
        counts=_counts(definition),
        spans=_spans(definition, starts),
        seconds=_seconds(definition, starts[0]),
    )


def _counts(definition: str) -> Mapping[str, int]:
    """How many sagas have each status, read from the index of statuses alone."""
    rows = _of(definition).filter(status__gte="").order_by()
    return dict(rows.values_list("status").annotate(number=Count("*")))


def _spans(definition: str, starts: Sequence[datetime]) -> list[Span]:
    """How many ended in each span, read from the index of the last changes alone.

    An end is the last that happens to a saga, so it is when it was last changed. No
    bare status is named: SQLite would walk the index of all statuses to group by it.
    """
    latest_first = reversed(list(enumerate(starts)))
    place = Case(
        *(When(updated_at__gte=start, then=Value(n)) for n, start in latest_first),
        output_field=IntegerField(),
    )
    rows = _of(definition).filter(updated_at__gte=starts[0]).order_by()
    counted = rows.annotate(place=place, end=END).values_list("place", "end")
    ended: dict[int, dict[str, int]] = defaultdict(dict)
    for at, status, number in counted.annotate(number=Count("*")):
        if status in ENDS:
            ended[at][status] = number
    return [Span(start, ended.get(n, {})) for n, start in enumerate(starts)]


def _seconds(definition: str, since: datetime) -> list[float]:
    """How long the last that ended took, ascending; of a retried one nobody knows."""
    rows = _of(definition).alias(end=END)
    ended = rows.filter(updated_at__gte=since, end__in=ENDS)
    last = ended.order_by("-updated_at", "-saga_id")[:SAMPLED]
    times = last.values_list("created_at", "updated_at", "attempt")
    return sorted((to - at).total_seconds() for at, to, attempt in times if attempt < 2)


def _of(definition: str) -> QuerySet[SagaInstance]:
    rows = SagaInstance.objects.all()
    return rows.filter(definition=definition) if definition else rows


@dataclass(frozen=True, slots=True)
class Waiting:
    """A saga that needs a person, and why it does."""

    row: SagaInstance
    why: str


def attention(start: int, stop: int) -> list[Waiting]:
    """A page of them, the longest waiting first."""
    rows = needing_attention()[start:stop]
    return [Waiting(row, state_of(row).attention or "") for row in rows]


def count_attention() -> int:
    """How many there are."""
    return needing_attention().count()
