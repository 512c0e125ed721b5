"""Many sagas: what a retry of them would come to, and the job that does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from common.ui.access import OPERATE, needs
from common.ui.pages import PageRequest, page
from common.web.audit import actor_of
from common.web.idempotency import once
from orchestrator_svc.dashboard.acts import outlines, words
from orchestrator_svc.dashboard.acts.forms import ReasonForm
from orchestrator_svc.engine import jobs, outlook, tasks
from orchestrator_svc.engine.outlook import ManyOutlook

TEMPLATE = "acts/many.html"
# A page has a hundred rows at most; more ids than this are no person's ticks.
MAX_TICKED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The sagas that a request names, by id or by status."""

    saga_ids: Sequence[str] = ()
    statuses: Sequence[str] = ()

    def all(self) -> list[str]:
        """Their ids, oldest first where they were chosen by status."""
        if self.saga_ids:
            return jobs.sagas_to_retry(self.saga_ids, None)
        return jobs.sagas_to_retry(None, self.statuses) if self.statuses else []


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OPERATE)
def retry_many(request: PageRequest) -> HttpResponse:
    """Another try of the sagas that are ticked, or of all of some statuses.

    A list may send its ticks by GET or by POST; until a reason is said they are only
    looked at.
    """
    said = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(said)
    saga_ids = chosen.all()
    if "said" not in request.POST:
        return _dialog(request, chosen, saga_ids, ReasonForm())
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _dialog(request, chosen, saga_ids, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    by = actor_of(request)
    job_id = jobs.job_id_of(by, form.key)
    try:
        once(by, request.path, form.key, lambda: _create(job_id, saga_ids, by, form))
    except jobs.NothingToRetry:
        return _dialog(request, chosen, saga_ids, form, HTTPStatus.CONFLICT)
    messages.success(request, gettext("The retry is under way."))
    return HttpResponseRedirect(f"/jobs/{job_id}", status=HTTPStatus.SEE_OTHER)


def _create(job_id: str, saga_ids: list[str], by: str, form: ReasonForm) -> None:
    jobs.create(saga_ids=saga_ids, by=by, reason=form.text, job_id=job_id)
    tasks.ring_for_jobs()


def _chosen(said: QueryDict) -> Chosen:
    statuses = [s for s in said.getlist("status") if s in jobs.RETRYABLE_STATUSES]
    return Chosen(saga_ids=said.getlist("saga")[:MAX_TICKED], statuses=statuses)


def _dialog(
    request: PageRequest,
    chosen: Chosen,
    saga_ids: list[str],
    form: ReasonForm,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    found = outlook.of_many(saga_ids)
    context: dict[str, Any] = {
        "title": _("Retry orders"),
        "chosen": chosen,
        "form": form,
        "found": found,
        "moves": outlines.moves(found.moves),
        "refused": [
            (number, words.why_not(code))
            for code, number in found.refused.most_common()
        ],
        "why_not": _why_not(found),
        "is_capped": len(saga_ids) == jobs.MAX_SAGAS,
    }
    return page(request, TEMPLATE, context, status=status)


def _why_not(found: ManyOutlook) -> str:
    """Why there is nothing to be done, if there is not."""
    if not found.total:
        return gettext("No order is chosen. Tick some in the list, and try again.")
    if not found.retryable and not found.is_estimate:
        return gettext("None of these orders can be tried again.")
    return ""
