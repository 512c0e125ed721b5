"""The log in pages: whatever is in it, and when it is away."""

from __future__ import annotations

import pytest
from django.test import Client

from common.log.port import Admin, Log, LogUnavailable
from common.log_pages import source, views
from tests.common.log.site import Site, record
from tests.common.log_pages.conftest import URLS, signed_in

pytestmark = [URLS, pytest.mark.django_db]

TOPIC = "order.created"
PAGES = ["/log", "/log/groups", f"/log/topics/{TOPIC}"]
SCRIPT = "<script>alert(1)</script>"


def away() -> source.Source:
    """A log that is away."""

    def open_log() -> Log:
        raise LogUnavailable("nobody answers at <nowhere>")

    return source.Source(open_log)


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_whole_and_their_live_part_is_a_part(
    shown: Log, browser: Client, part: Client, page: str
) -> None:
    """The same words in both; the part alone has no frame."""
    whole = browser.get(page)
    live = part.get(page)
    assert (whole.status_code, live.status_code) == (200, 200)
    assert live.content.decode().strip() in whole.content.decode()
    assert b"<html" in whole.content
    assert b"<html" not in live.content
    assert 'hx-trigger="refresh"' in whole.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_what_has_not_changed_is_not_sent_again(
    shown: Log, part: Client, page: str
) -> None:
    """By its ETag; what has changed is."""
    first = part.get(page)
    known = {"if-none-match": first.headers["ETag"]}
    assert part.get(page, headers=known).status_code == 304
    shown.publisher().publish([record("x", "k", TOPIC)])
    shown.consumer("group", [TOPIC], "a")
    assert part.get(page, headers=known).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_log_that_is_away_is_said(
    monkeypatch: pytest.MonkeyPatch, browser: Client, part: Client, page: str
) -> None:
    """As a page that asks again, and in the place of the live part."""
    monkeypatch.setattr(views, "the_log", away)
    whole = browser.get(page)
    assert whole.status_code == 503
    assert "nobody answers at &lt;nowhere&gt;" in whole.content.decode()
    assert 'hx-trigger="refresh"' in whole.content.decode()
    live = part.get(page)
    assert live.status_code == 200
    assert "does not answer" in live.content.decode()


def test_a_message_of_a_log_that_is_away_is_said(
    monkeypatch: pytest.MonkeyPatch, browser: Client
) -> None:
    """Its content cannot be had either."""
    monkeypatch.setattr(views, "the_log", away)
    for address in (f"/log/topics/{TOPIC}/0/0", f"/log/topics/{TOPIC}/0/0/value"):
        answer = browser.get(address)
        assert answer.status_code == 503
        assert "does not answer" in answer.content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "/log/topics/nowhere",
        f"/log/topics/{TOPIC}/0/7",
        f"/log/topics/{TOPIC}/99/0",
        "/log/topics/nowhere/0/0",
        "/log/topics/nowhere/0/0/value",
    ],
)
def test_what_is_not_there_is_not_found(shown: Log, browser: Client, page: str) -> None:
    """A topic, a partition, an offset."""
    assert browser.get(page).status_code == 404


def test_hostile_messages_are_text(shown: Log, browser: Client) -> None:
    """In the list and alone; nothing of them is markup."""
    hostile = f'{SCRIPT}"\u202e\u0645🎉' + "x" * 10_000
    shown.publisher().publish(
        [record(hostile, hostile, "single", ce_type=hostile, **{SCRIPT: hostile})]
    )
    for page in ("/log/topics/single", "/log/topics/single/0/0"):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert SCRIPT not in answer.content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.content.decode()


def test_a_message_is_shown_with_headers_and_neighbours(
    shown: Log, browser: Client
) -> None:
    """In the frame of a page, or as a dialog."""
    shown.publisher().publish(
        [record(f'{{"n":{n}}}', "k", "single", ce_type=f"type.{n}") for n in range(3)]
    )
    page = browser.get("/log/topics/single/0/1").content.decode()
    assert "{\n  &quot;n&quot;: 1\n}" in page
    assert "type.1" in page
    assert 'href="/log/topics/single/0/0"' in page
    assert 'href="/log/topics/single/0/2"' in page
    first = browser.get("/log/topics/single/0/0").content.decode()
    assert 'href="/log/topics/single/0/1"' in first
    assert "Previous in" not in first


def test_a_value_is_kept_as_a_file(shown: Log, browser: Client) -> None:
    """Byte by byte, and never shown as a page."""
    shown.publisher().publish([record(b"<html>\xff", "k", "single")])
    answer = browser.get("/log/topics/single/0/0/value")
    assert answer.content == b"<html>\xff"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="single-0-0.bin"'
    )


def test_messages_are_found_and_what_is_asked_badly_is_said(
    shown: Log, browser: Client
) -> None:
    """The fields keep what was put into them."""
    shown.publisher().publish([record("red", "k", TOPIC), record("blue", "k", TOPIC)])
    page = browser.get(f"/log/topics/{TOPIC}?text=RED").content.decode()
    assert ">red</code>" in page
    assert ">blue</code>" not in page
    assert 'value="RED"' in page
    assert "2 messages looked at" in page
    bad = browser.get(f"/log/topics/{TOPIC}?offset=1&until=never&partition=-3")
    assert bad.status_code == 200
    assert bad.content.decode().count('class="error"') == 2
    lost = browser.get(f"/log/topics/{TOPIC}?offset=1").content.decode()
    assert "An offset is of a partition: of which?" in lost


def test_only_the_newest_messages_are_live(shown: Log, browser: Client) -> None:
    """A search is too much work to repeat, and the past does not change."""
    page = f"/log/topics/{TOPIC}"
    assert "data-live" in browser.get(page).content.decode()
    assert "data-live" not in browser.get(f"{page}?text=x").content.decode()


def test_a_stalled_group_is_marked(
    site: Site, shown: Log, admin: Admin, browser: Client
) -> None:
    """And its partitions are shown."""
    shown.consumer("group", [TOPIC], "a").close()
    shown.publisher().publish([record("x", "k", TOPIC)])
    page = browser.get("/log/groups").content.decode()
    assert "Nobody reads" in page
    assert 'class="stalled"' in page
    assert "Nobody reads" in browser.get("/log").content.decode()


@pytest.mark.parametrize("page", [*PAGES, f"/log/topics/{TOPIC}/0/0"])
def test_production_asks_who_looks(
    shown: Log, browser: Client, production: None, page: str
) -> None:
    """A viewer may; nobody is asked to sign in."""
    assert browser.get(page).status_code == 302
    assert signed_in("viewer").get(page).status_code in {200, 404}


def test_pages_are_only_read(shown: Log, browser: Client) -> None:
    """A POST is refused."""
    assert browser.post("/log").status_code == 405
