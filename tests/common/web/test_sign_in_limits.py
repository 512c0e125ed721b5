"""Wrong passwords cost time, at every door, and right ones nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from pytest_django import Settings
from rest_framework.test import APIClient

from common import clock
from common.conf.profile import Profile
from common.web import sign_in_limits
from common.web.models import SignInTries
from common.web.sign_in_limits import FREE_OF_ADDRESS, FREE_OF_NAME, length_s
from tests.common.web.conftest import user_in

pytestmark = pytest.mark.django_db
WORD, WRONG = "a long enough word", "wrong"


@pytest.fixture(autouse=True)
def ann(settings: Settings) -> User:
    """A reader in production."""
    settings.APP_PROFILE = Profile.PRODUCTION
    user = user_in("viewer")
    user.set_password(WORD)
    user.save()
    return user


def entered(name: str = "a-viewer", password: str = WRONG, **extra: str) -> int:
    """The status of a try at the sign-in: 302 lets in."""
    form = {"username": name, "password": password}
    return Client().post("/sign-in", form, **extra).status_code  # type: ignore[arg-type]


def fail(times: int, **extra: str) -> None:
    """So many wrong tries."""
    assert [entered(**extra) for _ in range(times)] == [200] * times


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(4, 0), (5, 10), (6, 20), (7, 40), (11, 640), (12, 900), (10_000, 900)],
)
def test_each_pause_is_twice_the_one_before(failures: int, seconds: int) -> None:
    """Up to a quarter of an hour."""
    assert length_s(failures, 5) == seconds


def test_a_few_wrong_tries_are_free() -> None:
    """And forgotten once the right password came."""
    fail(FREE_OF_NAME - 1)
    assert entered(password=WORD) == 302
    fail(FREE_OF_NAME - 1)
    assert entered(password=WORD) == 302


def test_while_a_pause_lasts_the_right_password_does_not_help() -> None:
    """The form says how long; a try in the pause does not make it longer."""
    fail(FREE_OF_NAME + 3)
    form = {"username": "A-Viewer ", "password": WORD}
    answer = Client().post("/sign-in", form)
    assert "Try again in 10 seconds." in answer.content.decode()
    assert set(SignInTries.objects.values_list("failures", flat=True)) == {FREE_OF_NAME}


def test_after_the_pause_one_may_try_again() -> None:
    """The count stays, so that the next pause is longer."""
    fail(FREE_OF_NAME)
    SignInTries.objects.update(last_at=clock.now() - timedelta(seconds=11))
    fail(1)
    request = RequestFactory().get("/")
    assert sign_in_limits.pause_s(request, "a-viewer") == 20
    SignInTries.objects.update(last_at=clock.now() - timedelta(seconds=21))
    assert entered(password=WORD) == 302


def test_a_colleague_elsewhere_is_not_locked_out() -> None:
    """The count is of a name at an address."""
    fail(FREE_OF_NAME)
    assert entered(password=WORD, REMOTE_ADDR="127.0.0.2") == 302


def test_trying_many_names_from_one_address_is_slowed_too() -> None:
    """Each name is tried once only; a right password in between changes nothing."""
    for number in range(FREE_OF_ADDRESS - 1):
        entered(name=f"name-{number}")
    assert entered(password=WORD) == 302
    entered(name="one more")
    assert entered(password=WORD) == 200


def test_the_api_and_the_admin_are_behind_the_same_count() -> None:
    """HTTP Basic with the right password is refused, as is the admin's form."""
    fail(FREE_OF_NAME)
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION="Basic YS12aWV3ZXI6YSBsb25nIGVub3VnaCB3b3Jk")
    assert api.get("/api/audit").status_code == 401
    form = {"username": "a-viewer", "password": WORD}
    assert Client().post("/admin/login/", form).status_code == 200
    SignInTries.objects.all().delete()
    assert api.get("/api/audit").status_code == 200


@pytest.mark.parametrize("name", ["\ud800", "x" * 10_000, "a\0b", "😀"])
def test_an_odd_name_is_only_wrong(name: str) -> None:
    """Never an error."""
    request = RequestFactory().get("/")
    accounts = sign_in_limits.LimitedAccounts()
    assert sign_in_limits.pause_s(request, name) == 0
    if name.isprintable():
        assert accounts.authenticate(request, name, WRONG) is None


def test_counts_that_are_old_are_purged() -> None:
    """An hour after the last failure nothing is left."""
    fail(1)
    assert sign_in_limits.purge() == 0
    SignInTries.objects.update(last_at=clock.now() - timedelta(hours=2))
    assert sign_in_limits.purge() == 2
    assert not SignInTries.objects.exists()


def test_an_old_count_begins_anew() -> None:
    """Though nobody purged it."""
    fail(FREE_OF_NAME - 1)
    SignInTries.objects.update(last_at=clock.now() - timedelta(hours=2))
    fail(1)
    assert set(SignInTries.objects.values_list("failures", flat=True)) == {1}
