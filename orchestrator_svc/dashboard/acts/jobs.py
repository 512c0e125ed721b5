"""Jobs over many sagas: how far they are, and what came of them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from common.ui.access import READ, needs
from common.ui.pages import Context, PageRequest, fragment, page
from common.ui.paging import page_of
from orchestrator_svc.dashboard.acts import selectors, words

# So many of one code are named; the rest is a number.
NAMED = 20


@require_safe
@needs(READ)
def job_list(request: PageRequest) -> HttpResponse:
    """All jobs, newest first."""
    found = selectors.jobs()
    part = page_of(request, found.count())
    context = {
        "title": _("Retry jobs"),
        "page": part,
        "jobs": list(found[part.start : part.stop]),
    }
    return _shown(request, "acts/jobs.html", "acts/_jobs.html", context)


@require_safe
@needs(READ)
def job_detail(request: PageRequest, job_id: str) -> HttpResponse:
    """One job: progress, how its sagas stand, and which it could not retry."""
    story = selectors.find_job(job_id)
    if story is None:
        raise Http404(f"There is no job {job_id}.")
    part = page_of(request, len(story.retried))
    context = {
        "title": gettext("Retry of %(total)d orders") % {"total": story.job.total},
        "story": story,
        "job": story.job,
        "page": part,
        "rows": story.rows(part.start, part.stop),
        "refusals": [
            (words.why_not(code), len(ids), ids[:NAMED], len(ids) - NAMED)
            for code, ids in story.refusals()
        ],
    }
    return _shown(request, "acts/job.html", "acts/_job.html", context)


def _shown(
    request: PageRequest, whole: str, part: str, context: Context
) -> HttpResponse:
    """The page, or the part of it that lives where htmx asks again."""
    if request.htmx and not request.htmx.history_restore_request:
        return fragment(request, part, context)
    return page(request, whole, context)
