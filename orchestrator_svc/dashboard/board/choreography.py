"""The second list: orders that no orchestrator leads, over the order service's API."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from common.ui.access import READ, needs
from common.ui.pages import PageRequest
from common.ui.paging import Page, page_of
from orchestrator_svc.dashboard.board import asked, placed
from orchestrator_svc.dashboard.board.views import choices, shown
from orchestrator_svc.dashboard.models import Tab

MANY = 10**9  # as long as nobody knows how many there are


@require_safe
@gzip_page
@needs(READ)
def orders(request: PageRequest) -> HttpResponseBase:
    """The choreographed orders that the address asks for."""
    return shown(request, "board/orders.html", "board/_orders.html", _orders(request))


def _orders(request: PageRequest) -> dict[str, Any]:
    reader = asked.Reader(request.GET)
    chosen, search = reader.statuses(placed.STATUSES), reader.search()
    found, part = _page(request, chosen, search)
    on_page = asked.remarks_on_page(request.GET, part) if found.answered else ()
    return {
        "title": _("Orders"),
        "tab": Tab.ORDERS,
        "query": {"search": search},
        "searched": _("The whole id of an order or a customer"),
        "remarks": (*reader.remarks, *on_page),
        "page": part,
        "rows": found.rows,
        "answered": found.answered,
        "choices": choices(placed.STATUSES, chosen, {}),
        "carried": asked.carried(request.GET),
        "is_narrowed": bool(chosen or search),
    }


def _page(
    request: PageRequest, chosen: tuple[str, ...], search: str
) -> tuple[placed.Placed, Page]:
    """The page asked for; the last one where there are not so many."""
    wanted = page_of(request, MANY)
    found = placed.read(statuses=chosen, search=search, page=wanted)
    there_is = page_of(request, found.total)
    if found.answered and there_is.number != wanted.number:
        found = placed.read(statuses=chosen, search=search, page=there_is)
    return found, there_is
