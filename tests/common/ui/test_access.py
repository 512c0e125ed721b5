"""Pages have the guards of the API."""

from __future__ import annotations

from typing import cast

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from pytest_django import Settings

from common.conf.profile import Profile
from common.ui.access import OPERATE, READ, may, needs
from common.ui.pages import PageRequest
from common.web.errors import Forbidden

pytestmark = pytest.mark.django_db


@needs(OPERATE)
def act(request: PageRequest, saga_id: str = "") -> HttpResponseBase:
    """A view that acts."""
    return HttpResponse(f"acted on {saga_id}")


def asked(method: str = "get", **headers: str) -> HttpRequest:
    """A request of nobody, on this machine."""
    request = cast(
        "HttpRequest", getattr(RequestFactory(), method)("/acts?a=1", headers=headers)
    )
    request.user = AnonymousUser()
    return request


def test_the_demo_is_open_on_this_machine() -> None:
    """Nobody signs in."""
    assert may(asked(), OPERATE)
    assert act(asked("post"), saga_id="SAGA-1").status_code == 200


def test_a_page_of_another_site_may_not_act_in_the_demo() -> None:
    """The browser says where a POST comes from."""
    with pytest.raises(Forbidden):
        act(asked("post", **{"sec-fetch-site": "cross-site"}))


def test_production_asks_who_one_is(settings: Settings) -> None:
    """To the sign-in, and back to a page, but not into a POST or a part."""
    settings.APP_PROFILE = Profile.PRODUCTION
    page = act(asked())
    assert page.status_code == 302
    assert page.headers["Location"] == "/sign-in?next=/acts%3Fa%3D1"
    assert act(asked("post")).headers["Location"] == "/sign-in?next=/"
    part = act(asked(**{"hx-request": "true"}))
    assert part.status_code == 204
    assert part.headers["HX-Redirect"] == "/sign-in"


def test_production_asks_for_the_right(settings: Settings) -> None:
    """A reader reads, and cannot act."""
    settings.APP_PROFILE = Profile.PRODUCTION
    reader = User.objects.create_user("reader")
    reader.user_permissions.add(Permission.objects.get(codename="may_read"))
    request = asked("post")
    request.user = User.objects.get(pk=reader.pk)
    assert may(request, READ)
    with pytest.raises(PermissionDenied):
        act(request)


def test_a_guarded_view_says_its_right() -> None:
    """So that a test can find one without."""
    assert getattr(act, "right") == OPERATE  # noqa: B009


def test_a_page_is_a_page_for_who_names_no_type_of_answer() -> None:
    """As curl and crawlers do, whom OnPages passes by."""

    @needs(READ)
    def looked_at(request: PageRequest) -> HttpResponseBase:
        return HttpResponse(str(bool(request.htmx)))

    answer = cast("HttpResponse", looked_at(asked()))
    assert answer.content == b"False"
