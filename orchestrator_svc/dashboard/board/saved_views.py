"""Keeping a filter under a name, and forgetting it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.ui.access import READ, needs
from common.ui.pages import PageRequest, page
from orchestrator_svc.dashboard.board import saved
from orchestrator_svc.dashboard.models import NAME_LENGTH, SavedFilter, Tab

either = require_http_methods(["GET", "HEAD", "POST"])


@either
@needs(READ)
def keep(request: PageRequest) -> HttpResponseBase:
    """Ask for a name for the filter in the address, and keep it."""
    tab = Tab.ORDERS if request.GET.get("tab") == Tab.ORDERS else Tab.SAGAS
    query = saved.query_of(request.GET)
    name = request.POST.get("name", "")
    error = ""
    if request.method == "POST":
        try:
            kept = saved.keep(
                owner=saved.owner_of(request), name=name, tab=tab, query=query
            )
        except saved.NotKept as refused:
            error = str(refused)
        else:
            said = _("The filter “%(name)s” is saved.")
            messages.success(request, said % {"name": kept.name})
            return HttpResponseRedirect(saved.address_of(kept), status=303)
    context = {
        "title": _("Save this filter"),
        "name": name[:NAME_LENGTH],
        "error": error,
        "longest": NAME_LENGTH,
        "back": f"{saved.PATHS[tab]}?{query}",
        "is_shared": not saved.owner_of(request),
    }
    return page(request, "board/keep.html", context, status=400 if error else 200)


@either
@needs(READ)
def forget(request: PageRequest, filter_id: str) -> HttpResponseBase:
    """Ask whether to delete a filter, and delete it."""
    kept = _own(request, filter_id)
    if request.method == "POST":
        saved.forget(owner=kept.owner, filter_id=filter_id)
        said = _("The filter “%(name)s” is deleted.")
        messages.success(request, said % {"name": kept.name})
        back = saved.PATHS[Tab(kept.tab)]
        return HttpResponseRedirect(back, status=303)
    title = _("Delete the filter “%(name)s”?") % {"name": kept.name}
    context = {"title": title, "kept": kept, "back": saved.address_of(kept)}
    return page(request, "board/forget.html", context)


def _own(request: PageRequest, filter_id: str) -> SavedFilter:
    kept = saved.find(saved.owner_of(request), filter_id)
    if kept is None:
        raise Http404(_("There is no such filter; somebody may have deleted it."))
    return kept
