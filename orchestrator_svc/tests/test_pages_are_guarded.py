"""In production every page asks who one is, and every act whether one may."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from common.conf.profile import Profile
from common.conf.service import SERVICES
from common.ui.access import OPERATE, ORDER, READ
from common.web.groups import ADMIN, OPERATOR, VIEWER
from common.web.models import AuditEntry
from common.web.permissions import HasRight
from tests.addresses import Address, addresses

pytestmark = pytest.mark.django_db

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
PAGES = {
    route: one for route, one in ALL.items() if one.of_api is None and route not in OPEN
}
REFUSES_METHOD = 405


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
    """A browser of a user with this role; what fails is answered as in earnest."""
    client = browser()
    user = User.objects.create_user(f"a-{role}")
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


def sent(client: Client, address: Address, method: str) -> Any:
    """The answer to this method at the address."""
    return getattr(client, method)(address.path)


def test_every_address_is_guarded() -> None:
    """A page names its right; a view of the API has a permission of ours."""
    rights = {route: one.right for route, one in PAGES.items() if route != SHARED}
    bare = [route for route, right in rights.items() if right is None]
    assert bare == []
    assert set(rights.values()) <= {READ, ORDER, OPERATE}
    for route, one in ALL.items():
        if one.of_api is not None:
            classes = one.of_api.permission_classes
            assert classes, route
            assert all(issubclass(each, HasRight) for each in classes), route


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", PAGES)
def test_nobody_is_sent_to_the_sign_in(route: str, method: str) -> None:
    """From every page, whatever is sent, and nothing is done."""
    answer = sent(browser(), PAGES[route], method)
    if answer.status_code != REFUSES_METHOD:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in?next=/")
        assert answer.content == b""
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("route", PAGES)
def test_a_viewer_sees_every_page_that_does_not_act(route: str) -> None:
    """Where the page is one of acting, it is refused."""
    status = sent(signed_in(VIEWER), PAGES[route], "get").status_code
    if PAGES[route].right == READ or route == SHARED:
        assert status in {200, 302, 404, REFUSES_METHOD}
    else:
        assert status in {403, REFUSES_METHOD}


@pytest.mark.parametrize("route", [one for one in PAGES if one not in OWN])
def test_a_viewer_acts_nowhere(route: str) -> None:
    """No POST is taken, and nothing is written down as done."""
    status = sent(signed_in(VIEWER), PAGES[route], "post").status_code
    assert status in {403, REFUSES_METHOD}
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("role", [OPERATOR, ADMIN])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", PAGES)
def test_an_operator_is_refused_nothing(route: str, method: str, role: str) -> None:
    """There may be nothing at the sample's address, but it is no matter of rights."""
    answer = sent(signed_in(role), PAGES[route], method)
    assert answer.status_code not in {401, 403}
    assert answer.status_code < 500 or answer.status_code == 503
    assert not answer.headers.get("Location", "").startswith("/sign-in")


@pytest.mark.parametrize("route", PAGES)
def test_no_page_takes_a_form_without_its_token(route: str) -> None:
    """Another site can make a browser send one, but not read the token."""
    client = signed_in(OPERATOR)
    client.handler.enforce_csrf_checks = True
    answer = sent(client, PAGES[route], "post")
    assert answer.status_code in {403, REFUSES_METHOD}
    assert not AuditEntry.objects.exists()


def test_the_walk_finds_pages_of_every_kind() -> None:
    """Else the tests above would say nothing."""
    assert {"", "attention", *OWN} <= set(PAGES)
    assert {"api/orchestrator/sagas", "api/audit"} <= set(ALL)
    assert PAGES["filters/<id:filter_id>/delete"].path == "/filters/none-such/delete"
