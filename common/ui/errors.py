"""Errors as a person is shown them; programs get the problem details of the API."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.ui.pages import page
from common.web import context
from common.web.errors import ApplicationError, problem_response

log = structlog.get_logger(__name__)
KNOWS_USERS = "django.contrib.auth.middleware.AuthenticationMiddleware"
Words = tuple[str | Promise, str | Promise]

# What it is called, and what to do; the most special that there is counts.
WORDS: dict[str | int, Words] = {
    "CSRF_FAILED": (
        _("This form is too old"),
        _(
            "It does not prove that it comes from this site. Go back, load the page"
            " anew and send the form again. Your browser must keep cookies for it."
        ),
    ),
    "HOST_NOT_ALLOWED": (
        _("Wrong host name"),
        _("This site does not answer to that name (ALLOWED_HOSTS)."),
    ),
    400: (
        _("That can't be read"),
        _("Something in the address or the form is not as it should be."),
    ),
    403: (
        _("You may not do this"),
        _("Your account lacks the right. Ask whoever runs this for another role."),
    ),
    404: (
        _("There is nothing here"),
        _("The address is mistyped, or what was here is gone."),
    ),
    405: (
        _("This address takes forms only"),
        _("It is not a page to look at. Go back to where you came from."),
    ),
    409: (
        _("That can't be done now"),
        _("Somebody or something was faster. Go back and look at how it is now."),
    ),
    413: (_("That is too large"), _("Send less at once.")),
    500: (
        _("Something went wrong here"),
        _("It is our fault and has been logged. Try again in a moment."),
    ),
    503: (
        _("Not available just now"),
        _("Something this page needs does not answer. Try again in a moment."),
    ),
}


def answer(
    request: HttpRequest, error: ApplicationError, *, detail: str = ""
) -> HttpResponse:
    """A page for a browser, a notice for htmx, a problem for a program.

    `detail` is what a person shall read of the error beside the general words.
    """
    if not is_for_a_person(request):
        return problem_response(error, request.path)
    try:
        shown = _shown(request, error, detail)
    except Exception:  # whatever failed before may fail the page as well
        log.exception("error_page.failed")
        return problem_response(error, request.path)
    if error.retry_after:
        shown.headers["Retry-After"] = str(error.retry_after)
    return shown


def is_for_a_person(request: HttpRequest) -> bool:
    """True where a browser shows the answer, and it is not the API's."""
    if request.path.startswith("/api/"):
        return False
    meta = request.META
    return "text/html" in meta.get("HTTP_ACCEPT", "") or "HTTP_HX_REQUEST" in meta


def _shown(request: HttpRequest, error: ApplicationError, detail: str) -> HttpResponse:
    title, advice = words_for(error)
    told: dict[str, Any] = {
        "title": title,
        "advice": advice,
        "detail": detail,
        "status": error.status_code,
        "again": request.get_full_path() if request.method == "GET" else "",
        "request_id": context.current().request_id,
    }
    if error.status_code >= 500 or not _can_tell_who(request):
        # Who this is stands in the database, which may be what does not answer.
        bare = {"user": AnonymousUser(), "messages": (), "ui_links": (), "bare": True}
        told.update(bare)
    return page(request, _template_for(request), told, status=error.status_code)


def _can_tell_who(request: HttpRequest) -> bool:
    """True too on a site that knows no users, and never has to ask."""
    return hasattr(request, "user") or KNOWS_USERS not in settings.MIDDLEWARE


def words_for(error: ApplicationError) -> Words:
    """What the error is called, and what to do about it."""
    kinds = (error.problem_code, error.status_code, error.status_code // 100 * 100)
    return next(WORDS[kind] for kind in kinds if kind in WORDS)


def _template_for(request: HttpRequest) -> str:
    if request.headers.get("HX-Request") != "true":
        return "ui/error.html"
    in_dialog = request.headers.get("HX-Target") == "dialog"
    return "ui/_error_dialog.html" if in_dialog else "ui/_error.html"
