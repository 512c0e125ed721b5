"""In production every page asks who one is, and every act whether one may."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import resolve
from pytest_django import Settings

from common.conf.profile import Profile
from common.conf.service import SERVICES
from common.ui.access import OPERATE, ORDER, READ
from common.web.groups import ADMIN, OPERATOR, VIEWER
from common.web.models import AuditEntry
from common.web.permissions import HasRight
from tests.addresses import Address, addresses

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]

# Who one is, or how the service is, can be asked by nobody.
OPEN = {
    *("health", "livez", "readyz", "metrics", "favicon.ico", "static/<path:path>"),
    *("sign-in", "sign-out", "preferences"),
}
# POSTs that act on nothing but what the person keeps.
OWN = {"filters/new", "filters/<id:filter_id>/delete"}
# A page for people and an index for programs: the views behind it are guarded.
SHARED = ""
ALL = addresses()
PAGES = [one for one in ALL if one.of_api is None and one.route not in OPEN]
# There is no playground in production.
PLAYGROUND = [one for one in PAGES if one.route.startswith("playground")]
REAL = [one for one in PAGES if one not in PLAYGROUND]
NO_SUCH_METHOD = 405
METHODS = ("get", "post")


@pytest.fixture(autouse=True)
def _alone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Production; no other service answers."""
    settings.APP_PROFILE = Profile.PRODUCTION
    for name in SERVICES:
        monkeypatch.setenv(f"{name.upper()}_URL", "http://127.0.0.1:9")


def browser() -> Client:
    """A browser of nobody."""
    return Client(headers={"accept": "text/html"})


def signed_in(role: str) -> Client:
    """A browser of a user with this role."""
    client = browser()
    user = User.objects.create_user(f"a-{role}")
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


def wrong(
    client: Client,
    pages: Iterable[Address],
    method: str,
    is_right: Callable[[Address, Any], bool],
) -> dict[str, int]:
    """The pages whose answer is not right, with its status."""
    found = {}
    for page in pages:
        answer = getattr(client, method)(page.path)
        if answer.status_code != NO_SUCH_METHOD and not is_right(page, answer):
            found[page.route] = answer.status_code
    return found


def test_every_address_is_guarded() -> None:
    """A page names its right; a view of the API has a permission of ours."""
    rights = {one.route: one.right for one in PAGES if one.route != SHARED}
    assert [route for route, right in rights.items() if right is None] == []
    assert set(rights.values()) <= {READ, ORDER, OPERATE}
    for one in ALL:
        if one.of_api is not None:
            classes = one.of_api.permission_classes
            assert classes, one.route
            assert all(issubclass(each, HasRight) for each in classes), one.route


@pytest.mark.parametrize("method", METHODS)
def test_nobody_is_sent_to_the_sign_in(method: str) -> None:
    """From every page, whatever is sent, and nothing is done."""

    def is_sent(page: Address, answer: Any) -> bool:
        leads = answer.headers.get("Location", "").startswith("/sign-in?next=/")
        return bool(answer.status_code == 302 and leads and answer.content == b"")

    assert wrong(browser(), REAL, method, is_sent) == {}
    assert not AuditEntry.objects.exists()


def test_a_viewer_sees_every_page_that_does_not_act() -> None:
    """A page of acting says what would happen, or is refused; none fails."""

    def is_shown(page: Address, answer: Any) -> bool:
        if page.right in {ORDER, OPERATE}:
            return bool(answer.status_code == 403)
        return bool(answer.status_code in {200, 302, 404, 503})

    assert wrong(signed_in(VIEWER), REAL, "get", is_shown) == {}


def test_a_viewer_acts_nowhere() -> None:
    """No POST is taken, and nothing is written down as done."""
    others = [one for one in REAL if one.route not in OWN]

    def is_refused(page: Address, answer: Any) -> bool:
        return bool(answer.status_code == 403)

    assert wrong(signed_in(VIEWER), others, "post", is_refused) == {}
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("role", [OPERATOR, ADMIN])
@pytest.mark.parametrize("method", METHODS)
def test_an_operator_is_refused_nothing(method: str, role: str) -> None:
    """There may be nothing at the sample's address, but it is no matter of rights."""

    def is_taken(page: Address, answer: Any) -> bool:
        if answer.headers.get("Location", "").startswith("/sign-in"):
            return False
        return answer.status_code < 500 and answer.status_code not in {401, 403}

    def is_taken_or_waits(page: Address, answer: Any) -> bool:
        return is_taken(page, answer) or answer.status_code == 503

    assert wrong(signed_in(role), REAL, method, is_taken_or_waits) == {}


@pytest.mark.parametrize("method", METHODS)
def test_production_has_no_playground(method: str) -> None:
    """Not even for an admin."""

    def is_gone(page: Address, answer: Any) -> bool:
        return bool(answer.status_code == 404)

    assert wrong(signed_in(ADMIN), PLAYGROUND, method, is_gone) == {}


def test_no_page_takes_a_form_without_its_token() -> None:
    """Another site can make a browser send one, but not read the token."""
    client = signed_in(OPERATOR)
    client.handler.enforce_csrf_checks = True

    def is_refused(page: Address, answer: Any) -> bool:
        return bool(answer.status_code == 403)

    assert wrong(client, REAL, "post", is_refused) == {}
    assert not AuditEntry.objects.exists()


def test_no_address_hides_another() -> None:
    """What an address leads to is its own view, not an earlier one that fits too."""
    hidden = [one.route for one in ALL if resolve(one.path).func is not one.view]
    assert hidden == []


def test_the_walk_finds_pages_of_every_kind() -> None:
    """Else the tests above would say nothing."""
    paths = {one.route: one.path for one in ALL}
    assert {one.route for one in REAL} >= {"", "attention", *OWN}
    assert {"api/orchestrator/sagas", "api/audit"} <= set(paths)
    assert "playground" in {one.route for one in PLAYGROUND}
    assert paths["filters/<id:filter_id>/delete"] == "/filters/none-such/delete"
