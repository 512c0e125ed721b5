"""Signing in gives a new session and leads back to a page of ours only."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from common.conf.profile import Profile
from common.ui.sign_in import pause_in_words
from tests.common.web.conftest import user_in

pytestmark = pytest.mark.django_db
COOKIE = "sessionid"


@pytest.fixture(autouse=True)
def account(settings: Settings) -> dict[str, str]:
    """What the form is filled with."""
    settings.APP_PROFILE = Profile.PRODUCTION
    user = user_in("viewer")
    user.set_password("a long enough word")
    user.save()
    return {"username": user.username, "password": "a long enough word"}


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/log?a=1", "/log?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_one_is_led_to_a_page_of_ours(
    account: dict[str, str], wanted: str, led_to: str
) -> None:
    """Where the form says, if that is here."""
    answer = Client().post("/sign-in", {**account, "next": wanted})
    assert answer.status_code == 302
    assert answer.headers["Location"] == led_to


def test_the_session_is_another_afterwards(account: dict[str, str]) -> None:
    """A key that somebody planted before is worth nothing."""
    client = Client()
    client.session.save()
    planted = client.session.session_key
    client.cookies[COOKIE] = str(planted)
    client.post("/sign-in", account)
    assert client.session.session_key != planted
    assert not Client().session.exists(str(planted))


def test_signing_out_ends_the_session(account: dict[str, str]) -> None:
    """By a POST only: a picture's address cannot do it."""
    client = Client()
    client.post("/sign-in", account)
    key = str(client.session.session_key)
    assert client.get("/sign-out").status_code == 405
    assert client.session.exists(key)
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    assert not client.session.exists(key)


def test_a_form_of_another_site_signs_nobody_in(account: dict[str, str]) -> None:
    """It lacks the token."""
    client = Client(enforce_csrf_checks=True)
    assert client.post("/sign-in", account).status_code == 403
    assert COOKIE not in client.cookies


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 second."), (59, "59 seconds."), (61, "2 minutes.")]
)
def test_a_pause_is_said_in_words(seconds: int, words: str) -> None:
    """Rounded up."""
    assert pause_in_words(seconds).endswith(f"Try again in {words}")
