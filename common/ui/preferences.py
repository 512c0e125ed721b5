"""What a person prefers: language, light or dark, live refresh. Kept in cookies."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEME_COOKIE, REFRESH_COOKIE = "ui_theme", "ui_refresh"
THEMES = ("system", "light", "dark")
YEAR_S = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """The theme asked for; what nobody knows is the system's."""
    asked = request.COOKIES.get(THEME_COOKIE, "")
    return asked if asked in THEMES else "system"


def refreshes(request: HttpRequest) -> bool:
    """True unless live parts were told to stand still."""
    return request.COOKIES.get(REFRESH_COOKIE) != "off"


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the form says, and go back to the page it was sent from."""
    response = HttpResponseRedirect(_back(request), status=303)
    language = request.POST.get("language", "")
    if translation.check_for_language(language) and language in dict(
        settings.LANGUAGES
    ):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    if request.POST.get("theme") in THEMES:
        _keep(response, THEME_COOKIE, request.POST["theme"])
    if request.POST.get("refresh") in {"on", "off"}:
        _keep(response, REFRESH_COOKIE, request.POST["refresh"])
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    # The refresh toggle is turned by the page's script; no secret is in any of them.
    response.set_cookie(
        name,
        value,
        max_age=YEAR_S,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_ours else "/"
