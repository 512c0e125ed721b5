"""What every template of the shell knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from common.ui import navigation, preferences
from common.web.permissions import is_open_to


def shell(request: HttpRequest) -> dict[str, Any]:
    """Links, preferences, and the frames of a page and of a dialog, read when used.

    A site with a head of its own names it (UI_BASE): errors and dialogs have it too.
    """
    is_part = request.headers.get("HX-Request") == "true"
    return {
        "ui_base": getattr(settings, "UI_BASE", "ui/base.html"),
        "ui_dialog_base": "ui/_dialog.html" if is_part else "ui/_dialog_page.html",
        "ui_links": SimpleLazyObject(lambda: navigation.links(request)),
        "ui_theme": preferences.theme_of(request),
        "ui_themes": preferences.THEMES,
        "ui_refreshes": preferences.refreshes(request),
        "ui_languages": getattr(settings, "LANGUAGES", ()),
        "ui_is_open": is_open_to(request),  # type: ignore[arg-type]
        "ui_version": settings.APP_VERSION,
    }
