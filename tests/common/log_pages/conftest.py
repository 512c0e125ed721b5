"""What the tests of the log pages share: a log to look into, and browsers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from common.log.port import Admin, Log, TopicSpec
from common.log_pages import source, views
from tests.common.log.conformance.conftest import hand_site
from tests.common.log.site import Site

URLS = pytest.mark.urls("tests.common.log_pages.site")


@pytest.fixture(params=["memory", "embedded"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A log without topics."""
    yield from hand_site(request.param, tmp_path)


@pytest.fixture
def log(site: Site) -> Log:
    """A log with the topics `order.created` of four partitions and `single` of one."""
    opened = site.open()
    opened.admin().ensure_topics(
        [
            TopicSpec(name="order.created", partitions=4),
            TopicSpec(name="single", partitions=1),
        ]
    )
    return opened


@pytest.fixture
def admin(log: Log) -> Admin:
    """Its reader."""
    return log.admin()


@pytest.fixture
def shown(log: Log, monkeypatch: pytest.MonkeyPatch) -> Log:
    """The same log, as the one that the pages show."""
    made = source.Source(lambda: log)
    monkeypatch.setattr(views, "the_log", lambda: made)
    return log


@pytest.fixture
def browser() -> Client:
    """A browser on this machine."""
    return Client(headers={"accept": "text/html"})


@pytest.fixture
def part() -> Client:
    """The same, as it asks for a live part."""
    return Client(headers={"accept": "text/html", "hx-request": "true"})


@pytest.fixture
def production(settings: Any) -> None:
    """The production profile, as far as rights go."""
    settings.APP_PROFILE = "production"


def signed_in(group: str) -> Client:
    """The browser of a user of that group."""
    user = User.objects.create_user(username=f"a-{group}", password="x")
    user.groups.add(Group.objects.get(name=group))
    client = Client(headers={"accept": "text/html"})
    client.force_login(user)
    return client
