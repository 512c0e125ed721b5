"""The small parts that every page is made of."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from common import clock
from common.contracts.money import CURRENCIES
from common.ui import access, statuses

register = template.Library()

SIGNS = {"good": "✓", "bad": "✕", "undone": "↺", "warn": "!", "running": "●"}
MINUTE, HOUR, DAY = 60, 3600, 86400


@register.simple_tag
def tag(status: str, words: str = "") -> SafeString:
    """A status in its colour, with a sign for those who do not see colours."""
    return _tag(str(status), words, get_language() or "")


@lru_cache(maxsize=512)  # a list has a few of them in each of its many rows
def _tag(status: str, words: str, language: str) -> SafeString:
    kind = statuses.kind_of(status)
    return format_html(
        '<span class="tag tag-{}" title="{}"><span aria-hidden="true">{}</span> {}'
        "</span>",
        kind,
        status,
        SIGNS.get(kind, "○"),
        words or statuses.words_for(status),
    )


@register.simple_tag
def when(moment: datetime | str | None) -> SafeString | str:
    """How long ago, with the full time in the title; a dash where there is none."""
    if not moment:
        return "–"
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " UTC",
        ago((clock.now() - at).total_seconds()),
    )


def ago(seconds: float) -> str:
    """Seconds as a person says them, past or to come."""
    size, is_past = abs(seconds), seconds >= 0
    if size < MINUTE:
        # Not counted: a list that changes every second would never be unchanged.
        return gettext("just now") if is_past else gettext("within a minute")
    if size < HOUR:
        number = int(size // MINUTE)
        if is_past:
            return ngettext("%d minute ago", "%d minutes ago", number) % number
        return ngettext("in %d minute", "in %d minutes", number) % number
    if size < DAY:
        number = int(size // HOUR)
        if is_past:
            return ngettext("%d hour ago", "%d hours ago", number) % number
        return ngettext("in %d hour", "in %d hours", number) % number
    number = int(size // DAY)
    if is_past:
        return ngettext("%d day ago", "%d days ago", number) % number
    return ngettext("in %d day", "in %d days", number) % number


@register.simple_tag
def money(amount: Decimal | float | str | None, currency: str = "") -> str:
    """An amount with its currency's sign and places; a dash where there is none."""
    if amount is None or amount == "":
        return "–"
    known = CURRENCIES[currency or settings.CURRENCY]
    value = Decimal(str(amount))
    sign = {"USD": "$", "KRW": "₩"}.get(known.code, f"{known.code} ")
    return f"{'−' if value < 0 else ''}{sign}{abs(value):,.{known.places}f}"


@register.simple_tag(name="id")
def whole_id(value: str) -> SafeString:
    """An id in even letters; where there is no room its title has it whole."""
    return format_html('<code class="id" title="{}">{}</code>', value, value)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small picture of icons.svg, for the eye only."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>',
        asset("ui/icons.svg"),
        name,
    )


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file, new with each of its versions."""
    return f"{static(path)}?v={_fingerprint(path)}"


@cache
def _fingerprint(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        raise template.TemplateSyntaxError(f"There is no static file {path!r}.")
    return sha256(Path(found).read_bytes()).hexdigest()[:10]


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The page's own query with changes: a list is several, None takes it out."""
    request: HttpRequest = context["request"]
    changed = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            changed.pop(name, None)
        elif isinstance(value, list | tuple):
            changed.setlist(name, [str(one) for one in value])
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"


@register.simple_tag(takes_context=True)
def may(context: template.Context, right: str) -> bool:
    """True where the one who looks has the right."""
    return access.may(context["request"], right)


@register.inclusion_tag("ui/_pager.html", takes_context=True)
def pager(context: template.Context, page: Any) -> dict[str, Any]:
    """Where in the list we are, and the ways on; `page` is as common.ui.paging has."""
    return {"request": context["request"], "page": page}


@register.filter
def seconds(value: float | None) -> str:
    """A duration in the unit that suits it: 45 ms, 1.2 s, 3 min, 2 h."""
    if value is None:
        return "–"
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 100:
        return f"{value:.1f} s"
    if value < 2 * HOUR:
        return f"{value / MINUTE:.0f} min"
    return f"{value / HOUR:.1f} h"
