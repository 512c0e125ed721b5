"""The audit list: who, when, what, on what, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from common.messaging.presentation import pretty
from common.ui.access import READ, needs
from common.ui.pages import PageRequest, fragment, page
from common.ui.paging import LIMITS
from orchestrator_svc.dashboard.audit import asked, words
from orchestrator_svc.dashboard.audit.gather import Entry, gather


@require_safe
@gzip_page
@needs(READ)
def audit(request: PageRequest) -> HttpResponse:
    """The acts of operators in all services, newest first."""
    wanted = asked.read(request.GET)
    found = gather(wanted.parameters, wanted.limit)
    context = {
        "title": _("Audit"),
        "asked": wanted,
        "found": found,
        "entries": [_shown(entry) for entry in found.entries],
        "actions": sorted(
            ((name, str(said)) for name, said in words.ACTIONS.items()),
            key=lambda pair: pair[1],
        ),
        "limits": LIMITS,
    }
    if request.htmx and not request.htmx.history_restore_request:
        return fragment(request, "audit/_list.html", context)
    return page(request, "audit/list.html", context)


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "entry": entry,
        "words": words.said(entry.action),
        "leads_to": words.leads_to(entry),
        "detail": pretty(entry.detail) if entry.detail else "",
    }
