"""Pages are strict, and a part that has not changed is not sent again."""

from __future__ import annotations

from django.test import RequestFactory

from common.ui.pages import fragment
from common.web.middleware import PAGE_POLICY

PART = "ui/_messages.html"


def test_a_part_is_sent_once() -> None:
    """304 and no body for who has it; all of it when it is another."""
    first = fragment(RequestFactory().get("/"), PART, {"messages": ["one"]})
    assert b"one" in first.content
    known = RequestFactory().get("/", headers={"if-none-match": first.headers["ETag"]})
    again = fragment(known, PART, {"messages": ["one"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    other = fragment(known, PART, {"messages": ["two"]})
    assert other.status_code == 200
    assert b"two" in other.content


def test_a_weak_etag_is_known_too() -> None:
    """A proxy that compresses makes it weak."""
    first = fragment(RequestFactory().get("/"), PART, {"messages": ["one"]})
    sent = f'"other", W/{first.headers["ETag"]}'
    known = RequestFactory().get("/", headers={"if-none-match": sent})
    assert fragment(known, PART, {"messages": ["one"]}).status_code == 304


def test_a_part_is_kept_by_this_browser_only_and_no_script_runs_in_it() -> None:
    """Private, looked at before each use, told apart from the page of its address."""
    headers = fragment(RequestFactory().get("/"), PART, {}).headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Vary"] == "HX-Request, Cookie, Accept-Language"
    assert headers["Content-Security-Policy"] == PAGE_POLICY
    assert "unsafe" not in PAGE_POLICY
