"""Filters that people keep: which, under what name, and whose they are."""

from __future__ import annotations

import hashlib
import re

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from common import clock
from common.storage.bulk import insert_rows, update_rows
from common.storage.transactions import run_atomically
from orchestrator_svc.dashboard.models import (
    NAME_LENGTH,
    QUERY_LENGTH,
    SavedFilter,
    Tab,
)

MAX_FILTERS = 30
# What a filter keeps of an address; the page one was on is none of it.
KEPT = ("status", "q", "definition", "sortBy", "sortOrder", "limit")
PATHS = {Tab.SAGAS: "/", Tab.ORDERS: "/choreography"}
_invisible = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]").search


class NotKept(ValueError):
    """The filter cannot be kept; the message says why, for the person who asked."""


def owner_of(request: HttpRequest) -> str:
    """Whose filters this caller sees: their own, or everybody's of an open machine."""
    user = request.user
    return user.get_username() if user.is_authenticated else ""


def filters_of(owner: str) -> list[SavedFilter]:
    """The owner's filters, by name."""
    return list(SavedFilter.objects.filter(owner=owner).order_by("name")[:MAX_FILTERS])


def find(owner: str, filter_id: str) -> SavedFilter | None:
    """The owner's filter of this id; nobody finds another's."""
    return SavedFilter.objects.filter(filter_id=filter_id, owner=owner).first()


def address_of(kept: SavedFilter) -> str:
    """Where the list is shown with this filter."""
    return f"{PATHS[Tab(kept.tab)]}?{kept.query}"


def query_of(given: QueryDict) -> str:
    """What is worth keeping of an address, always in the same order."""
    kept = QueryDict(mutable=True)
    for name in KEPT:
        values = [value for value in given.getlist(name) if value]
        if values:
            kept.setlist(name, values)
    return kept.urlencode()


def keep(*, owner: str, name: str, tab: Tab, query: str) -> SavedFilter:
    """Keep a filter, in place of the owner's earlier one of that name. NotKept."""
    name = " ".join(name.split())
    _check(name, query)
    row = SavedFilter(
        filter_id=hashlib.sha256(f"{owner}\0{name}".encode()).hexdigest()[:40],
        owner=owner,
        name=name,
        tab=tab,
        query=query,
        created_at=clock.now(),
    )

    def unit() -> None:
        if find(owner, row.filter_id):
            update_rows(SavedFilter, [row], ("tab", "query", "created_at"))
            return
        if SavedFilter.objects.filter(owner=owner).count() >= MAX_FILTERS:
            said = _("There are %(number)d saved filters already. Delete one first.")
            raise NotKept(said % {"number": MAX_FILTERS})
        insert_rows(SavedFilter, [row])

    run_atomically(unit)
    return row


def forget(*, owner: str, filter_id: str) -> None:
    """Delete the owner's filter; nothing happens where there is none."""
    run_atomically(
        lambda: SavedFilter.objects.filter(filter_id=filter_id, owner=owner).delete()
    )


def _check(name: str, query: str) -> None:
    if not name:
        raise NotKept(_("Give the filter a name."))
    if len(name) > NAME_LENGTH or _invisible(name):
        said = _("A name is %(number)d characters at most, all of them visible.")
        raise NotKept(said % {"number": NAME_LENGTH})
    if len(query) > QUERY_LENGTH:
        raise NotKept(_("This filter is too long to be saved."))
