"""What the list's address asks for; what it says badly is left out, and said."""

from __future__ import annotations

from collections.abc import Callable, Collection
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
    reader = Reader(given)
    query = SagaQuery(
        statuses=filters.few_or_none(reader.statuses(statuses())),
        definition=reader.clear(
            filters.read_definition,
            "definition",
            OrderSaga.name,
            _("“%(value)s” is no kind of saga: those of orders are shown."),
        ),
        search=reader.search(),
        sort_by=reader.clear(
            filters.read_sort,
            "sortBy",
            "createdAt",
            _("The list cannot be sorted by “%(value)s”: the newest come first."),
        ),
        descending=reader.clear(
            filters.is_descending,
            "sortOrder",
            True,
            _("“%(value)s” is no direction to sort in: it is “asc” or “desc”."),
        ),
    )
    return Asked(query, tuple(reader.remarks))


class Reader:
    """Reads an address; `remarks` has a sentence on each part that was not clear."""

    def __init__(self, given: QueryDict) -> None:
        self.given = given
        self.remarks: list[str] = []

    def clear(
        self, read: Callable[[QueryDict], T], name: str, otherwise: T, said: str
    ) -> T:
        """What `read` finds; where that is bad `otherwise`, and it is said."""
        try:
            return read(self.given)
        except BadRequest:
            self.remarks.append(said % {"value": shown(self.given.get(name, ""))})
            return otherwise

    def statuses(self, allowed: Collection[str]) -> tuple[str, ...]:
        """Those that there are; of the others it is said that there are none."""
        named = filters.named_statuses(self.given)
        unknown = [shown(name) for name in named if name not in allowed]
        if unknown:
            said = _("There is no status “%(value)s”: it was left out.")
            self.remarks.append(said % {"value": shown(", ".join(unknown))})
        return tuple(name for name in named if name in allowed)

    def search(self) -> str:
        """The id, or how it begins, or nothing."""
        said = _(
            "“%(value)s” cannot be an id, so it was not searched for. Ids are made of"
            " letters, digits and . _ : @ -, 64 at most."
        )
        return self.clear(filters.read_search, "q", "", said)


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
