"""The playground: one page, two parts of it that are live, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from common.faults.services import are_allowed
from common.ui.access import OPERATE, READ, needs
from common.ui.pages import PageRequest, fragment, page
from common.web import peers
from common.web.audit import actor_of
from common.web.errors import StateConflict
from orchestrator_svc.playground import faults, selectors, services
from orchestrator_svc.playground.forms import FaultForm, RunForm
from orchestrator_svc.playground.models import Run
from orchestrator_svc.playground.stages import Stage
from orchestrator_svc.playground.templatetags.playground import name_of, names_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
UNPROCESSABLE = 422
EVERY_S = 2


def demo_only(view: View[P]) -> View[P]:
    """Nothing is there in production."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not are_allowed():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_only
@require_GET
@needs(READ)
def playground(request: PageRequest) -> HttpResponse:
    """The page, with the run that was started last."""
    return _page(request, selectors.newest())


@demo_only
@require_GET
@needs(READ)
def run(request: PageRequest, run_id: str) -> HttpResponse:
    """The page with this run."""
    return _page(request, _run(run_id))


@demo_only
@require_GET
@gzip_page
@needs(READ)
def board(request: PageRequest, run_id: str) -> HttpResponse:
    """What is live of a run."""
    return fragment(request, "playground/_board.html", _about(_run(run_id)))


@demo_only
@require_GET
@needs(READ)
def faults_on(request: PageRequest) -> HttpResponse:
    """What is on just now."""
    context = {"on": selectors.faults_on(), "every_s": EVERY_S}
    return fragment(request, "playground/_faults_on.html", context)


@demo_only
@require_POST
@needs(OPERATE)
def start(request: PageRequest) -> HttpResponse:
    """Send orders, and go where they can be watched."""
    form = RunForm(_products(), request.POST)
    if not form.is_valid():
        return _page(request, selectors.newest(), run_form=form, status=UNPROCESSABLE)
    try:
        started = services.start_run(by=actor_of(request), **form.wanted())
    except StateConflict:
        messages.warning(request, _("Another run is still being sent; stop it first."))
        return _back()
    return _to_board(started.run_id)


@demo_only
@require_POST
@needs(OPERATE)
def stop(request: PageRequest, run_id: str) -> HttpResponse:
    """Send no more orders of a run."""
    services.stop_run(run_id=_run(run_id).run_id, by=actor_of(request))
    messages.success(request, _("No more orders are sent; those that were go on."))
    return _to_board(run_id)


@demo_only
@require_POST
@needs(OPERATE)
def turn_on(request: PageRequest) -> HttpResponse:
    """Turn on the fault that was filled in."""
    form = FaultForm(request.POST)
    if not form.is_valid():
        shown = selectors.newest()
        return _page(request, shown, fault_form=form, status=UNPROCESSABLE)
    return _turned_on(request, [form.fault()])


@demo_only
@require_POST
@needs(OPERATE)
def turn_on_preset(request: PageRequest, key: str) -> HttpResponse:
    """Turn on faults that make a story together."""
    if key not in faults.PRESETS:
        raise Http404
    return _turned_on(request, faults.PRESETS[key].faults)


@demo_only
@require_POST
@needs(OPERATE)
def turn_off(request: PageRequest, service: str, fault_id: str) -> HttpResponse:
    """Turn off one fault."""
    if service not in selectors.SERVICES:
        raise Http404
    by = actor_of(request)
    _told(
        request,
        lambda: services.turn_off(service=service, fault_id=fault_id, by=by),
        _("The fault is off."),
    )
    return _back()


@demo_only
@require_POST
@needs(OPERATE)
def turn_all_off(request: PageRequest) -> HttpResponse:
    """Turn off what is on everywhere."""
    missing = services.turn_all_off(by=actor_of(request))
    if missing:
        said = _("These services do not answer: %s") % names_of(missing)
        messages.error(request, said)
    else:
        messages.success(request, _("All faults are off."))
    return _back()


@demo_only
@require_POST
@needs(OPERATE)
def refill(request: PageRequest) -> HttpResponse:
    """Set the sample stock anew."""
    by = actor_of(request)
    said = _("The shelves are full again.")
    _told(request, lambda: services.refill_stock(by=by), said)
    return _back()


def _page(
    request: HttpRequest,
    shown: Run | None,
    *,
    run_form: RunForm | None = None,
    fault_form: FaultForm | None = None,
    status: int = 200,
) -> HttpResponse:
    products = _products()
    context = {
        "title": _("Playground"),
        "on": selectors.faults_on(),
        "kinds": faults.KINDS.values(),
        "presets": faults.PRESETS.values(),
        "products": products,
        "run_form": run_form or RunForm(products),
        "fault_form": fault_form or FaultForm(),
        "runs": selectors.runs(),
        "stages": list(Stage),
        "every_s": EVERY_S,
        **(_about(shown) if shown else {"run": None}),
    }
    return page(request, "playground/playground.html", context, status=status)


def _about(shown: Run) -> dict[str, Any]:
    return {"run": shown, "board": selectors.board(shown), "every_s": EVERY_S}


def _run(run_id: str) -> Run:
    found = selectors.run(run_id)
    if found is None:
        raise Http404
    return found


def _products() -> list[Any]:
    """What can be ordered; nothing while the inventory does not answer."""
    try:
        return list(selectors.products())
    except (peers.NoAnswer, peers.Refused):
        return []


def _turned_on(request: HttpRequest, wanted: Any) -> HttpResponse:
    said = ngettext("The fault is on.", "The faults are on.", len(wanted))
    by = actor_of(request)
    _told(request, lambda: services.turn_on(faults=wanted, by=by), said)
    return _back()


def _told(request: HttpRequest, act: Callable[[], Any], done: str) -> None:
    """Do it, and say that it was done or why not."""
    try:
        act()
    except peers.NoAnswer as error:
        said = _("The %s does not answer; try again.") % name_of(error.service)
        messages.error(request, said)
    except peers.Refused as error:
        messages.error(request, error.detail or str(error.status))
    else:
        messages.success(request, done)


def _back() -> HttpResponse:
    return redirect("playground")


def _to_board(run_id: str) -> HttpResponse:
    """Where the orders are: on a phone the controls come before them."""
    return redirect(f"{reverse('playground-run', args=[run_id])}#board")
