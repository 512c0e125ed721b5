"""Every page is sound: readable by all, within its window, quiet in the console."""

from __future__ import annotations

import pytest

from tests.e2e.screens.browsing import PHONE
from tests.e2e.screens.conftest import Check, Visit

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.mark.parametrize("path", ["/admin/login/"])
def test_a_page_is_sound(
    visit: Visit, axe: Check, no_sideways_scroll: Check, path: str
) -> None:
    """On a phone, too."""
    page = visit(path, size=PHONE)
    axe(page)
    no_sideways_scroll(page)
