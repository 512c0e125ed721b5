"""The links of a site's head, as its settings name them (UI_NAVIGATION)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from common.conf.profile import Profile
from common.ui.access import may


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A place to go: its words, its path, the right it takes (none if empty).

    `under` are paths that belong to it too; `badge` counts what waits there.
    """

    label: str | Promise
    path: str
    icon: str = ""
    right: str = ""
    under: tuple[str, ...] = ()
    demo_only: bool = False
    badge: Callable[[], int] | None = None


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as the page shows it."""

    link: Link
    is_current: bool

    @property
    def badge(self) -> int:
        """How many things wait there."""
        return self.link.badge() if self.link.badge else 0


def links(request: HttpRequest) -> list[ShownLink]:
    """The links that this caller can use, the present one marked."""
    return [
        ShownLink(link, _is_current(link, request.path))
        for link in _of_site()
        if _is_offered(link, request)
    ]


def _of_site() -> Sequence[Link]:
    named = getattr(settings, "UI_NAVIGATION", "")
    return import_string(named) if named else ()


def _is_offered(link: Link, request: HttpRequest) -> bool:
    if link.demo_only and settings.APP_PROFILE == Profile.PRODUCTION:
        return False
    return not link.right or may(request, link.right)


def _is_current(link: Link, path: str) -> bool:
    if path == link.path or path.startswith(link.under):
        return True
    return link.path != "/" and path.startswith(f"{link.path}/")
