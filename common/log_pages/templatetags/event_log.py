"""Numbers and times of the log as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common import clock
from common.ui.templatetags.ui import SIGNS, seconds

register = template.Library()


@register.filter
def thousands(number: int) -> str:
    """1234567 as 1,234,567."""
    return f"{number:,}"


@register.filter
def rate(each_second: float) -> str:
    """Records a second; small ones are told from none."""
    if not each_second:
        return "0"
    return f"{each_second:,.2f}" if each_second < 10 else f"{each_second:,.0f}"


@register.filter
def span(duration: timedelta | None) -> str:
    """A duration in the unit that suits it; a dash where there is none."""
    return seconds(None if duration is None else duration.total_seconds())


@register.filter
def get(numbers: dict[str, int], name: str) -> int:
    """How many there are of this name; 0 where there are none."""
    return numbers.get(name, 0)


@register.simple_tag
def moment(at: datetime, *, day: bool = False) -> SafeString:
    """A time to the millisecond, with its day unless that is today, or if asked for."""
    exact = f"{at:%H:%M:%S}.{at.microsecond // 1000:03}"
    shows_day = day or at.date() != clock.now().date()
    return format_html(
        '<time class="moment" datetime="{}" title="{}">{}{}</time>',
        at.isoformat(),
        f"{at:%Y-%m-%d} {exact} UTC",
        format_html('<span class="quiet">{}</span> ', at.date()) if shows_day else "",
        exact,
    )


@register.simple_tag
def sign(kind: str, words: str) -> SafeString:
    """Words in a colour, with a sign for those who do not see colours."""
    return format_html(
        '<span class="tag tag-{}"><span aria-hidden="true">{}</span> {}</span>',
        kind,
        SIGNS.get(kind, "○"),
        words,
    )
