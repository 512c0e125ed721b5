"""The lists, and what needs a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from common.ui.access import OPERATE, READ, may, needs
from common.ui.middleware import is_for_a_page
from common.ui.pages import Context, PageRequest, fragment, page
from common.ui.paging import page_of
from common.ui.statuses import words_for
from common.web.index import Index
from orchestrator_svc.dashboard.board import asked, chart, saved, selectors
from orchestrator_svc.dashboard.board.columns import columns_of
from orchestrator_svc.dashboard.models import Tab
from orchestrator_svc.engine.jobs import RETRYABLE_STATUSES
from orchestrator_svc.engine.selectors import SagaList, statuses

_index = Index.as_view()


def root(request: HttpRequest) -> HttpResponseBase:
    """The list for people, the index of addresses for programs."""
    if not is_for_a_page(request):
        return _index(request)
    response = sagas(request)
    patch_vary_headers(response, ("Accept",))
    return response


# Each of the two asks for it.
root.right = READ  # type: ignore[attr-defined]


@require_safe
@gzip_page
@needs(READ)
def sagas(request: PageRequest) -> HttpResponseBase:
    """The sagas that the address asks for, with the figures of all of them."""
    return shown(request, "board/sagas.html", "board/_sagas.html", _sagas(request))


@require_safe
@gzip_page
@needs(READ)
def attention(request: PageRequest) -> HttpResponseBase:
    """The sagas that a person should look at, the longest waiting first."""
    total = selectors.count_attention()
    part = page_of(request, total)
    context = {
        "title": _("Needs attention"),
        "page": part,
        "remarks": asked.remarks_on_page(request.GET, part),
        "waiting": selectors.attention(part.start, part.stop),
    }
    return shown(request, "board/attention.html", "board/_attention.html", context)


def shown(
    request: PageRequest, whole: str, part: str, context: Context
) -> HttpResponseBase:
    """The page, or where htmx asks again only the part of it that lives.

    Going back is no asking again: htmx then wants the page.
    """
    if request.htmx and not request.htmx.history_restore_request:
        return fragment(request, part, context)
    kept = saved.filters_of(saved.owner_of(request))
    here = f"{request.path}?{saved.query_of(request.GET)}"
    found = [
        {
            "filter": one,
            "address": (address := saved.address_of(one)),
            "is_current": address == here,
        }
        for one in kept
    ]
    return page(request, whole, {**context, "saved_filters": found})


def choices(
    offered: Collection[str], chosen: Collection[str], counts: Mapping[str, int]
) -> list[tuple[str, str, int | None, bool]]:
    """The statuses to choose from: name, words, how many if known, whether chosen."""
    return [
        (name, words_for(name), counts.get(name, 0) if counts else None, name in chosen)
        for name in offered
    ]


def _sagas(request: PageRequest) -> dict[str, Any]:
    read = asked.read_address(request.GET)
    listed = SagaList(read.query)
    part = page_of(request, listed.count())
    figures = selectors.figures(read.query.definition)
    return {
        "title": _("Orders"),
        "tab": Tab.SAGAS,
        "query": read.query,
        "searched": _("Order, customer or saga id, or how one begins"),
        "remarks": (*read.remarks, *asked.remarks_on_page(request.GET, part)),
        "page": part,
        "rows": listed[part.start : part.stop],
        "columns": columns_of(read.query),
        "figures": figures,
        "chart": chart.draw(figures.spans),
        "choices": choices(statuses(), read.query.statuses, figures.counts),
        "kinds": asked.kinds(read.query),
        "carried": asked.carried(request.GET),
        "is_narrowed": bool(read.query.statuses or read.query.search),
        "retryable": RETRYABLE_STATUSES,
        "may_operate": may(request, OPERATE),
        "needing_attention": selectors.count_attention(),
    }
