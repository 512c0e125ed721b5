"""The page of one order, and the ways to it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from common.ui.access import READ, needs
from common.ui.pages import PageRequest, fragment, page
from common.web.reads import reads_only
from orchestrator_svc.dashboard.story.context import context_of
from orchestrator_svc.dashboard.story.telling import tell
from orchestrator_svc.engine import selectors


@reads_only
@needs(READ)
def order(request: PageRequest, order_id: str) -> HttpResponseBase:
    """The story of an order; for htmx only the part that is alive."""
    story = tell(order_id, whole="all" in request.GET)
    if story is None:
        raise Http404(f"There is no order {order_id}.")
    context = context_of(story, request)
    if request.htmx and not request.htmx.history_restore_request:
        return fragment(request, "story/_story.html", context)
    return page(request, "story/order.html", context)


@reads_only
@needs(READ)
def saga(request: PageRequest, saga_id: str) -> HttpResponse:
    """A saga's page is its order's, also for one that undoes another."""
    row = selectors.find(saga_id)
    if row is None:
        raise Http404(f"There is no saga {saga_id}.")
    return redirect("order-story", order_id=row.order_id)
