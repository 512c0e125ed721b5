"""The guards see what they are there for."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.screens.browsing import Guard, axe_faults, open_context, sideways

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

POLICY = "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">"
DEEDS = {
    "a script fails": ("<script>throw Error('oh')</script>", "oh"),
    "an error is logged": ("<script>console.error('dear me')</script>", "dear me"),
    "the policy is broken": (f"{POLICY}<script>1</script>", "Content Security Policy"),
    "another machine is asked": ("<img alt='' src=http://evil.example/>", "evil"),
}


def shown(browser: Browser, guard: Guard, html: str) -> Page:
    """A page with this content, watched."""
    context = open_context(browser, address="http://127.0.0.1", size=(390, 844))
    guard.watch(context)
    page = context.new_page()
    page.set_content(f"<!doctype html><html lang=en><title>T</title>{html}")
    return page


@pytest.mark.parametrize("name", DEEDS)
def test_a_guard_notes(browser: Browser, name: str) -> None:
    """Each of these would fail a test."""
    html, words = DEEDS[name]
    guard = Guard()
    shown(browser, guard, html).context.close()
    assert words in "\n".join(guard.faults)


def test_what_is_too_wide_is_named(browser: Browser) -> None:
    """The element, not only that there is one."""
    page = shown(browser, Guard(), "<p id=w style='width:900px'>wide</p>")
    assert 'id="w"' in sideways(page)[1]
    page.context.close()


def test_axe_names_a_grave_fault(browser: Browser) -> None:
    """A field without a label, with its element."""
    page = shown(browser, Guard(), "<main><h1>T</h1><input id=bare></main>")
    assert ["bare" in fault for fault in axe_faults(page)] == [True]
    page.context.close()
