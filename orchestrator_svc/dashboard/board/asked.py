"""What the list's address asks for; what it says badly is left out, and said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from common.ui.paging import LIMITS, Page
from common.web.errors import BadRequest
from orchestrator_svc.engine.api import filters
from orchestrator_svc.engine.selectors import SagaQuery, statuses
from orchestrator_svc.sagas import CancelOrderSaga, OrderSaga

T = TypeVar("T")
SHOWN = 40  # so much of a bad value is shown


@dataclass(frozen=True, slots=True)
class Asked:
    """The sagas that are asked for, and a sentence on each part that was not clear."""

    query: SagaQuery
    remarks: tuple[str, ...]


def read_address(given: QueryDict) -> Asked:
    """What the address asks for, as far as it is clear."""
    remarks: list[str] = []

    def clear(read: Callable[[QueryDict], T], name: str, otherwise: T, said: str) -> T:
        try:
            return read(given)
        except BadRequest:
            remarks.append(said % {"value": shown(given.get(name, ""))})
            return otherwise

    query = SagaQuery(
        statuses=_known_statuses(given, remarks),
        definition=clear(
            filters.read_definition,
            "definition",
            OrderSaga.name,
            _("“%(value)s” is no kind of saga: those of orders are shown."),
        ),
        search=clear(
            filters.read_search,
            "q",
            "",
            _(
                "“%(value)s” cannot be an id, so it was not searched for. Ids are made"
                " of letters, digits and . _ : @ -, 64 at most."
            ),
        ),
        sort_by=clear(
            filters.read_sort,
            "sortBy",
            "createdAt",
            _("The list cannot be sorted by “%(value)s”: the newest come first."),
        ),
        descending=clear(
            filters.is_descending,
            "sortOrder",
            True,
            _("“%(value)s” is no direction to sort in: it is “asc” or “desc”."),
        ),
    )
    return Asked(query, tuple(remarks))


def remarks_on_page(given: QueryDict, page: Page) -> tuple[str, ...]:
    """What is to be said where `page` is another one than the address names."""
    found = []
    limit = given.get("limit")
    if limit and limit not in map(str, LIMITS):
        said = _("There are no pages of “%(value)s”: %(limit)d to a page are shown.")
        found.append(said % {"value": shown(limit), "limit": page.limit})
    number = given.get("page")
    if number and number != str(page.number):
        said = _("There is no page “%(value)s”: this is page %(number)d.")
        found.append(said % {"value": shown(number), "number": page.number})
    return tuple(found)


def kinds(query: SagaQuery) -> list[tuple[str, str, bool]]:
    """The kinds of sagas on offer: value, words, whether it is the one asked for."""
    offered = {
        OrderSaga.name: _("Orders"),
        CancelOrderSaga.name: _("Undoing of completed orders"),
        filters.ALL: _("Both"),
    }
    asked_for = query.definition or filters.ALL
    return [(value, words, value == asked_for) for value, words in offered.items()]


def carried(given: QueryDict) -> list[tuple[str, str]]:
    """What the filters leave as it is: order and size of the pages."""
    names = ("sortBy", "sortOrder", "limit")
    found = ((name, given.get(name, "")) for name in names)
    return [(name, value) for name, value in found if value]


def shown(text: str) -> str:
    """The text, or its beginning."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _known_statuses(given: QueryDict, remarks: list[str]) -> tuple[str, ...]:
    """Those that there are; of the others it is said that there are none."""
    named = filters.named_statuses(given)
    known = tuple(name for name in named if name in statuses())
    unknown = [shown(name) for name in named if name not in known]
    if unknown:
        said = _("There is no status “%(value)s”: it was left out.")
        remarks.append(said % {"value": shown(", ".join(unknown))})
    return filters.few_or_none(known)
