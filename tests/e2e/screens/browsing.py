"""What a browser test knows of a browser: what it must not do, and how a page lies."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
)

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
WIDE, PHONE = (1440, 900), (390, 844)
OURS = frozenset({"127.0.0.1", "localhost"})
# Names of other machines are not even looked up.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
PATIENCE_MS = 10_000
GRAVE = frozenset({"serious", "critical"})
# What is in the page but wider than the window, the widest first.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll('body *')]
    .map(element => [element.getBoundingClientRect().right, element])
    .filter(([right]) => right > width + 1)
    .sort((one, other) => other[0] - one[0]);
  return [`the page is ${document.documentElement.scrollWidth} px wide`].concat(
    wide.slice(0, 5).map(([right, element]) =>
      `${Math.round(right)} px: ${element.outerHTML.slice(0, 160)}`));
}"""


@dataclass
class Guard:
    """Notes whatever no page may do, in all pages of one context.

    Answers with a status in `expected` are what the test is about; they are no faults.
    """

    expected: Collection[int] = ()
    faults: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Look at everything that happens in this context from now on."""
        context.on("console", self._heard)
        context.on("weberror", self._failed)
        context.on("request", self._asked)
        context.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        text = message.text
        grave = message.type == "error" or "Content Security Policy" in text
        if grave and not self._is_expected(text):
            self.faults.append(f"console, {message.page and message.page.url}: {text}")

    def _is_expected(self, text: str) -> bool:
        """The browser also complains of an answer that we look for."""
        refused = "Failed to load resource: the server responded with a status of "
        if "Response Status Error Code " in text:  # htmx's own words for it
            refused = "Response Status Error Code "
        start = text.partition(refused)[2][:3]
        return start.isdecimal() and int(start) in self.expected

    def _failed(self, error: WebError) -> None:
        self.faults.append(f"script, {error.page and error.page.url}: {error.error}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws") and parts.hostname not in OURS:
            self.faults.append(f"asked another machine: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 and response.status not in self.expected:
            self.faults.append(f"answered {response.status}: {response.url}")


def open_context(
    browser: Browser,
    *,
    address: str,
    size: tuple[int, int] = WIDE,
    locale: str = "en",
    dark: bool = False,
    scripts: bool = True,
    still: bool = True,
) -> BrowserContext:
    """A person of their own: no cookies, a language, a theme, a size of window."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        locale=locale,
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        reduced_motion="reduce" if still else "no-preference",
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def sideways(page: Page) -> list[str]:
    """What makes the page scroll sideways; nothing where all fits."""
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def axe_faults(page: Page) -> list[str]:
    """Serious and critical violations that axe-core finds, each with its elements."""
    violations: list[Mapping[str, object]] = Axe().run(page).response["violations"]
    return [
        f"{found['id']} ({found['impact']}): {found['help']}\n  " + _elements(found)
        for found in violations
        if found["impact"] in GRAVE
    ]


def _elements(violation: Mapping[str, object]) -> str:
    nodes = json.loads(json.dumps(violation["nodes"]))
    return "\n  ".join(
        f"{node['html'][:200]} – {node.get('failureSummary', '')}" for node in nodes[:8]
    )
