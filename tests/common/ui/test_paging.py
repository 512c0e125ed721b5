"""Whatever an address says, there is a page."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from common.ui.paging import Page, page_of


@pytest.mark.parametrize(
    ("address", "number", "limit"),
    [
        ("", 1, 20),
        ("page=2&limit=50", 2, 50),
        ("page=99", 6, 20),
        ("page=0", 1, 20),
        ("page=-1", 1, 20),
        ("page=²", 1, 20),
        ("page=x&limit=17", 1, 20),
        ("page=99999999999999999999", 6, 20),
        ("limit=100", 1, 100),
    ],
)
def test_the_nearest_page_there_is(address: str, number: int, limit: int) -> None:
    """Of 120 rows."""
    page = page_of(RequestFactory().get(f"/?{address}"), 120)
    assert (page.number, page.limit) == (number, limit)


def test_rows_are_counted_as_people_do() -> None:
    """From one, and the last page may be short."""
    last = Page(3, 10, 25)
    assert (last.first, last.stop, last.start) == (21, 25, 20)
    assert last.has_previous and not last.has_next
    none = Page(1, 10, 0)
    assert (none.first, none.stop, none.total_pages) == (0, 0, 1)
    assert not none.has_previous and not none.has_next
