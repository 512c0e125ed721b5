"""The pages of dead letters: a list, one letter, and what is done to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from common.contracts.topics import SERVICES
from common.log_pages import dead_letters, letter_acts
from common.log_pages.dead_letters import Wanted
from common.log_pages.forms import LetterSearch, Reason, RequiredReason
from common.log_pages.letter_acts import Outcome
from common.log_pages.views import as_file
from common.messaging.models import LetterStatus
from common.messaging.repairs import REDRIVABLE
from common.ui.access import OPERATE, READ, needs
from common.ui.pages import PageRequest, fragment, page
from common.web.audit import actor_of
from common.web.converters import is_id
from common.web.peers import NoAnswer, Refused

LIST = "/log/dead-letters"
MOST_NAMED = 200
MOST_TOLD = 5


@require_safe
@needs(READ)
def letters(request: PageRequest) -> HttpResponse:
    """The dead letters of all services."""
    search = LetterSearch(request.GET)
    wanted = _wanted(search)
    context = {
        "title": _("Dead letters"),
        "tab": "letters",
        "all_query": _all_query(request),
        "pile": dead_letters.pile(wanted),
        "wanted": wanted,
        "search": search,
        "services": SERVICES,
        "statuses": LetterStatus.values,
    }
    if getattr(request, "htmx", False):
        return fragment(request, "letters/_list.html", context)
    return page(request, "letters/list.html", context)


@require_safe
@needs(READ)
def letter(request: PageRequest, service: str, letter_id: str) -> HttpResponse:
    """One letter: what it says, why it failed, and what can be done."""
    context: dict[str, Any] = {"title": _("Dead letter"), "service": service}
    try:
        found = dead_letters.letter(_known(service), letter_id)
        context["content"] = dead_letters.content(service, letter_id)
    except (NoAnswer, Refused) as error:
        return _refused(request, error, context)
    return page(request, "letters/letter.html", {**context, "letter": found})


@require_safe
@needs(READ)
def value(request: PageRequest, service: str, letter_id: str) -> HttpResponse:
    """What a letter says, to be kept as a file."""
    try:
        content = dead_letters.value(_known(service), letter_id)
    except (NoAnswer, Refused) as error:
        return _refused(request, error, {"title": _("Dead letter")})
    return as_file(content, f"{service}-{letter_id}.bin")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OPERATE)
def redrive(request: PageRequest) -> HttpResponse:
    """Ask before letters are tried again; then do it."""
    form = Reason(request.POST if request.method == "POST" else None)
    names = _names(request)
    wanted = _wanted(LetterSearch(request.GET))
    if not names and "all" not in request.GET:
        return _nothing_chosen(request)
    if request.method == "POST" and form.is_valid():
        by, reason = actor_of(request), form.cleaned_data["reason"]
        if names:
            outcome = letter_acts.redrive(names, by=by, reason=reason)
        else:
            outcome = letter_acts.redrive_all(wanted, by=by, reason=reason)
        _tell_of_redrive(request, outcome)
        return HttpResponseRedirect(_back(request, names), status=303)
    context = {
        "title": _("Redrive dead letters"),
        "form": form,
        "names": names,
        "wanted": wanted,
        "counts": {} if names else _redrivable(wanted),
        "most": dead_letters.MOST_REDRIVEN,
    }
    return page(request, "letters/redrive.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OPERATE)
def discard(request: PageRequest) -> HttpResponse:
    """Ask before letters are put aside for good; then do it."""
    names = _names(request)
    if not names:
        return _nothing_chosen(request)
    form = RequiredReason(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        outcome = letter_acts.discard(names, by=actor_of(request), reason=reason)
        _tell_of_discard(request, outcome)
        return HttpResponseRedirect(_back(request, names), status=303)
    context = {"title": _("Discard dead letters"), "form": form, "names": names}
    return page(request, "letters/discard.html", context)


def _wanted(search: LetterSearch) -> Wanted:
    """The letters that the form means; a field in error means nothing."""
    search.is_valid()
    said = {name: search.cleaned_data.get(name) or "" for name in search.fields}
    return Wanted(**said)


def _all_query(request: PageRequest) -> str:
    """The list's query, as one that means all of its letters."""
    kept = request.GET.copy()
    kept.pop("before", None)
    kept["all"] = "1"
    return kept.urlencode()


def _known(service: str) -> str:
    if service not in SERVICES:
        raise Http404
    return service


def _names(request: PageRequest) -> Sequence[tuple[str, str]]:
    """The letters named, as `service:id`; what names none is passed over."""
    pairs = (text.partition(":") for text in request.GET.getlist("letter"))
    known = [
        (service, letter_id)
        for service, _, letter_id in pairs
        if service in SERVICES and is_id(letter_id)
    ]
    return list(dict.fromkeys(known))[:MOST_NAMED]


def _back(request: PageRequest, names: Sequence[tuple[str, str]]) -> str:
    """To the letter's page if it came from there, else to the list as it was."""
    if request.GET.get("from") == "letter" and len(names) == 1:
        return f"{LIST}/{names[0][0]}/{names[0][1]}"
    kept = request.GET.copy()
    for name in ("letter", "from", "all"):
        kept.pop(name, None)
    return f"{LIST}?{kept.urlencode()}" if kept else LIST


def _nothing_chosen(request: PageRequest) -> HttpResponse:
    return page(request, "letters/none.html", {"title": _("No letter is chosen")})


def _redrivable(wanted: Wanted) -> dict[str, int]:
    """How many letters of each service a redrive of all those wanted would try."""
    statuses = [one for one in REDRIVABLE if wanted.status in {"", one}]
    counts = dead_letters.counts(wanted)
    return {
        service: number
        for service in wanted.services
        if (number := sum(counts.get(service, {}).get(one, 0) for one in statuses))
    }


def _tell_of_redrive(request: PageRequest, outcome: Outcome) -> None:
    failed = outcome.tried - outcome.resolved
    if outcome.resolved:
        text = ngettext(
            "%d letter was handled.", "%d letters were handled.", outcome.resolved
        )
        messages.success(request, text % outcome.resolved)
    if failed:
        text = ngettext(
            "%d letter failed again; its error is new.",
            "%d letters failed again; their errors are new.",
            failed,
        )
        messages.warning(request, text % failed)
    if not outcome.tried and not outcome.refused:
        messages.warning(request, _("There was nothing to redrive."))
    _tell_of_refusals(request, outcome)


def _tell_of_discard(request: PageRequest, outcome: Outcome) -> None:
    if outcome.resolved:
        text = ngettext(
            "%d letter was put aside.", "%d letters were put aside.", outcome.resolved
        )
        messages.success(request, text % outcome.resolved)
    _tell_of_refusals(request, outcome)


def _tell_of_refusals(request: PageRequest, outcome: Outcome) -> None:
    for sentence in outcome.refused[:MOST_TOLD]:
        messages.error(request, sentence)
    more = len(outcome.refused) - MOST_TOLD
    if more > 0:
        text = ngettext("And %d more.", "And %d more.", more)
        messages.error(request, text % more)


def _refused(
    request: PageRequest, error: NoAnswer | Refused, context: dict[str, Any]
) -> HttpResponse:
    """404 for a letter there is not, else a page that says what is wrong."""
    if error.status == 404:
        raise Http404
    why = dead_letters.sentence(error)
    context = {**context, "service": error.service, "sentence": why}
    return page(request, "letters/refused.html", context, 503)
