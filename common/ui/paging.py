"""Where in a list a page is; what an address says badly is put right, and said."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

LIMITS = (10, 20, 50, 100)
MAX_NUMBER = 1_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """Page `number` (from 1) of a list of `total_count`, `limit` to a page."""

    number: int
    limit: int
    total_count: int

    @property
    def total_pages(self) -> int:
        """How many there are; an empty list has one."""
        return max(1, -(-self.total_count // self.limit))

    @property
    def start(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.limit

    @property
    def stop(self) -> int:
        """How many rows there are up to its end."""
        return min(self.start + self.limit, self.total_count)

    @property
    def first(self) -> int:
        """The number of its first row, as people count; 0 where there is none."""
        return self.start + 1 if self.total_count else 0

    @property
    def has_previous(self) -> bool:
        """True unless it is the first."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """True unless it is the last."""
        return self.number < self.total_pages

    @property
    def previous(self) -> int:
        """The page before."""
        return self.number - 1

    @property
    def next(self) -> int:
        """The page after."""
        return self.number + 1

    @property
    def limits(self) -> tuple[int, ...]:
        """The page sizes on offer."""
        return LIMITS


def page_of(request: HttpRequest, total_count: int, default: int = 20) -> Page:
    """The page that `page` and `limit` of the address mean, the nearest there is."""
    limit = _number(request.GET.get("limit"), default)
    limit = limit if limit in LIMITS else default
    last = Page(1, limit, total_count).total_pages
    number = min(max(_number(request.GET.get("page"), 1), 1), last)
    return Page(number, limit, total_count)


def _number(text: str | None, default: int) -> int:
    is_number = bool(text) and str(text).isascii() and str(text).isdigit()
    return min(int(str(text)[:9]), MAX_NUMBER) if is_number else default
