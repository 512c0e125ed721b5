"""What the tests of the board share: a browser that looks, and figures that are new."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(autouse=True)
def _new_figures() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def browser(db: None) -> Client:
    """A browser on this machine, to which the test profile is open."""
    return Client(headers=BROWSER)


@pytest.fixture
def htmx(db: None) -> Client:
    """The same browser, asking again for the part of the page that lives."""
    return Client(headers={**BROWSER, "HX-Request": "true"})
