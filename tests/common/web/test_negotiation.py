"""Who takes what comes first gets JSON; who asks for a form gets that one."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/html", "text/html"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
    ],
)
def test_the_accept_header_decides(client: APIClient, accept: str, type_: str) -> None:
    """A browser gets the page, a program gets JSON."""
    response = client.get("/", headers={"accept": accept})
    assert response["Content-Type"].split(";")[0] == type_


def test_the_query_decides_before_the_header(client: APIClient) -> None:
    """DRF's `format` parameter."""
    response = client.get("/?format=api", headers={"accept": "*/*"})
    assert response["Content-Type"].split(";")[0] == "text/html"


def test_what_nobody_can_write_is_not_acceptable(client: APIClient) -> None:
    """406."""
    assert client.get("/", headers={"accept": "image/png"}).status_code == 406
