"""A browser on the dashboard, alone on its machine or as one of several users."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from common.conf.profile import Profile
from common.web.groups import OPERATOR, VIEWER

HTML = {"accept": "text/html"}
SignIn = Callable[[str], Client]


@pytest.fixture
def browser() -> Client:
    """A browser on this machine, to which the test profile is open."""
    return Client(headers=HTML)


@pytest.fixture
def signed_in(db: None, settings: Settings) -> SignIn:
    """Sign a user of a group in, in production; their name is the group's."""
    settings.APP_PROFILE = Profile.PRODUCTION

    def sign_in(group: str) -> Client:
        user, _ = User.objects.get_or_create(username=group)
        user.groups.add(Group.objects.get(name=group))
        client = Client(headers=HTML)
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def operator(signed_in: SignIn) -> Client:
    """The browser of somebody who may act."""
    return signed_in(OPERATOR)


@pytest.fixture
def viewer(signed_in: SignIn) -> Client:
    """The browser of somebody who may look only."""
    return signed_in(VIEWER)
