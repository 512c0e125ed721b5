"""An error is a page for people, a notice for htmx, a problem for programs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client, RequestFactory
from pytest_django import Settings

from common.conf.profile import Profile
from common.ui import errors
from common.web.errors import InternalError, NotFound
from common.web.middleware import PAGE_POLICY

pytestmark = pytest.mark.django_db
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PART = {"hx-request": "true", "accept": "*/*"}
CASES = {
    "/plain/raising/missing": (404, "There is no order ORD-1."),
    "/plain/raising/bad": (400, "colour: must be blue"),
    "/plain/raising/conflict": (409, "It is completed."),
    "/plain/raising/denied": (403, "Your account lacks the right."),
    "/plain/raising/locked": (503, "Try again in a moment."),
    "/plain/raising/bug": (500, "Try again in a moment."),
    "/nowhere": (404, "There is nothing here"),
    "/preferences": (405, "This address takes forms only"),
}


@pytest.fixture
def client() -> Iterator[Client]:
    """A client to which errors are answered as they are in earnest."""
    return Client(raise_request_exception=False)  # type: ignore[return-value]


@pytest.mark.parametrize("path", CASES)
def test_a_browser_is_shown_a_page(client: Client, path: str) -> None:
    """With the status, what it is and what to do; nothing of the inside."""
    answer = client.get(path, headers=BROWSER)
    status, words = CASES[path]
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == PAGE_POLICY
    text = answer.content.decode()
    assert words in text
    assert '<main id="content"' in text
    assert "Traceback" not in text
    assert "secret inside" not in text
    assert "database is locked" not in text


@pytest.mark.parametrize("path", [path for path in CASES if path != "/preferences"])
def test_a_program_is_answered_a_problem(client: Client, path: str) -> None:
    """Whoever does not ask for HTML."""
    answer = client.get(path, headers={"accept": "*/*"})
    assert answer.status_code == CASES[path][0]
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_api_answers_problems_even_to_a_browser(client: Client) -> None:
    """What is under /api/ is for programs."""
    answer = client.get("/api/nowhere", headers=BROWSER)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", CASES)
def test_a_part_is_answered_a_notice(client: Client, path: str) -> None:
    """No page within a page."""
    answer = client.get(path, headers=PART)
    status, words = CASES[path]
    assert answer.status_code == status
    text = answer.content.decode()
    assert text.lstrip().startswith('<div class="notice bad')
    assert words in text


def test_a_dialog_is_answered_a_dialog(client: Client) -> None:
    """It can be closed."""
    headers = {**PART, "hx-target": "dialog"}
    text = client.get("/plain/raising/missing", headers=headers).content.decode()
    assert '<h2 id="dialog-title">There is nothing here</h2>' in text
    assert "data-close" in text
    assert "<html" not in text


def test_unavailable_says_when_to_come_back(client: Client) -> None:
    """As the problem does."""
    answer = client.get("/plain/raising/locked", headers=BROWSER)
    assert answer.headers["Retry-After"] == "1"
    assert 'href="/plain/raising/locked"' in answer.content.decode()


def test_an_error_of_ours_names_what_the_log_has(client: Client) -> None:
    """The id of the request."""
    answer = client.get("/plain/raising/bug", headers=BROWSER)
    assert answer.headers["X-Request-Id"] in answer.content.decode()


def test_a_form_without_its_token_says_what_to_do() -> None:
    """In the admin, too."""
    client = Client(enforce_csrf_checks=True)
    for path in ("/sign-in", "/admin/login/"):
        answer = client.post(path, {"username": "x"}, headers=BROWSER)
        assert answer.status_code == 403
        assert "This form is too old" in answer.content.decode()


def test_a_foreign_host_is_shown_a_page(client: Client) -> None:
    """Before anything is known of the person."""
    answer = client.get("/plain", headers={**BROWSER, "host": "evil.example"})
    assert answer.status_code == 400
    assert "Wrong host name" in answer.content.decode()


def test_what_was_sent_is_shown_as_text(client: Client) -> None:
    """The address too is somebody else's words."""
    answer = client.get("/<script>alert(1)</script>", headers=BROWSER)
    assert answer.status_code == 404
    assert "<script>alert" not in answer.content.decode()


def test_a_page_without_a_database_does_not_ask_it(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who this is stands there."""
    settings.APP_PROFILE = Profile.PRODUCTION
    client.force_login(User.objects.create_user("ann"))

    def away(*_: object, **__: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr("django.db.models.query.QuerySet._fetch_all", away)
    answer = client.get("/plain/raising/bug", headers=BROWSER)
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()


def test_where_even_the_page_fails_there_is_a_problem(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something is always answered."""
    monkeypatch.setattr(errors, "page", lambda *_, **__: 1 / 0)
    answer = errors.answer(rf.get("/x", headers=BROWSER), InternalError("Oh."))
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_unknown_status_has_the_words_of_its_hundred() -> None:
    """Never none."""
    error = NotFound()
    error.status_code = 418
    assert errors.words_for(error) == errors.WORDS[400]
