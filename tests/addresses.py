"""All addresses of a site, as its URL configuration has them, for tests that try each.

A page that is added is tried too; one without a guard fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
SAMPLES = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000001"}


@dataclass(frozen=True, slots=True)
class Address:
    """A path of the site and the view that answers there."""

    route: str
    view: Callable[..., Any]

    @property
    def path(self) -> str:
        """The path with something in place of its parameters."""
        return "/" + PARAMETER.sub(lambda found: _sample(found[1]), self.route)

    @property
    def right(self) -> str | None:
        """The right that the page's guard asks for (common.ui.access.needs)."""
        found: str | None = getattr(self.view, "right", None)
        return found

    @property
    def of_api(self) -> Any:
        """The class of a view of the REST framework, or None."""
        return getattr(self.view, "cls", None)


def _sample(converter: str | None) -> str:
    return SAMPLES.get(converter or "str", "none-such")


def addresses() -> list[Address]:
    """Every address but the admin's, which guards its own."""
    found: dict[str, Address] = {}
    for one in _below(get_resolver().url_patterns, ""):
        found.setdefault(one.route, one)  # the first that fits answers
    return list(found.values())


def _below(patterns: list[Any], prefix: str) -> Iterator[Address]:
    for entry in patterns:
        route = f"{prefix}{entry.pattern}"
        if route.startswith("admin"):
            continue
        if isinstance(entry, URLResolver):
            yield from _below(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield Address(route, entry.callback)
