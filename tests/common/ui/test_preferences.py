"""Language, theme and live refresh are kept, and nothing else is believed."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_what_the_form_says_is_kept(client: Client) -> None:
    """Cookies for a year, and back to the page."""
    sent = {"language": "ko", "theme": "dark", "refresh": "off", "next": "/plain?a=1"}
    answer = client.post("/preferences", sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/plain?a=1")
    kept = {name: cookie.value for name, cookie in answer.cookies.items()}
    assert kept["django_language"] == "ko"
    assert (kept["ui_theme"], kept["ui_refresh"]) == ("dark", "off")


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test", ""])
def test_it_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    """An address of another site is not gone to."""
    answer = client.post("/preferences", {"theme": "light", "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_what_is_not_on_offer_is_not_kept(client: Client) -> None:
    """No language we lack, no theme nobody made."""
    answer = client.post("/preferences", {"language": "xx", "theme": "<b>"})
    assert not answer.cookies


def test_pages_speak_the_person_s_language(client: Client) -> None:
    """The cookie before what the browser asks for; the API speaks English."""
    asks = {"accept": "text/html", "accept-language": "ko"}
    assert b'lang="ko"' in client.get("/sign-in", headers=asks).content
    client.cookies["django_language"] = "en"
    page = client.get("/sign-in", headers=asks)
    assert b'lang="en"' in page.content
    assert b"Password" in page.content


def test_the_page_has_the_theme(client: Client) -> None:
    """A theme nobody knows is the system's."""
    asks = {"accept": "text/html"}
    client.cookies["ui_theme"] = "dark"
    assert b'data-theme="dark"' in client.get("/sign-in", headers=asks).content
    client.cookies["ui_theme"] = '"><script>'
    page = client.get("/sign-in", headers=asks).content
    assert b'data-theme="system"' in page
