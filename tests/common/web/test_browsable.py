"""The API's pages for people: what axe asks of them, as far as the text tells."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from common import clock
from common.web.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["nobody", "ada"])
def reader(request: pytest.FixtureRequest, client: APIClient) -> APIClient:
    """Nobody signed in, and somebody who is; either with a list of three pages."""
    AuditEntry.objects.bulk_create(
        AuditEntry(entry_id=f"AUD-{number}", at=clock.now(), actor="x", action="b")
        for number in range(25)
    )
    if request.param == "ada":
        client.force_login(User.objects.create_user("ada", is_superuser=True))
    return client


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/paged?page=2", "Paged"),
        ("/api/orders", "Orders"),
        ("/api/faults", "Faults"),
        ("/", "Index"),
    ],
)
def test_a_page_is_named_and_says_its_language(
    reader: APIClient, path: str, name: str
) -> None:
    """English even where the reader's other pages are Korean: its words are."""
    page = shown(reader, path)
    assert '<html lang="en"' in page
    assert f"<title>{name} · order service · saga-playground</title>" in page
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert page.count("<main ") == 1
    assert "saga-playground: order" in page


def test_who_is_signed_in_is_told(reader: APIClient) -> None:
    """As on our other pages; nobody is told nothing."""
    known = "_auth_user_id" in reader.session
    assert ("ada" in shown(reader, "/api/paged")) is known


@pytest.mark.parametrize("path", ["/api/paged?page=2", "/api/orders", "/api/faults"])
def test_whatever_can_be_pressed_has_words(reader: APIClient, path: str) -> None:
    """Links, buttons and fields: a tooltip's text goes once a script has moved it."""
    page = shown(reader, path)
    for kind in ("a", "button", "summary", "label"):
        for inner in re.findall(rf"<{kind}(?: [^>]*)?>(.*?)</{kind}>", page, re.DOTALL):
            assert re.sub(r"<[^>]*>", "", inner).strip(), inner
    fields = re.findall(r"<(?:select|textarea) ", page)
    assert page.count('<label class="field"') == len(fields)
    assert 'href="#"' not in page


def test_a_page_brings_no_style_of_its_own(reader: APIClient) -> None:
    """And of scripts only the token that DRF's read."""
    page = shown(reader, "/api/orders")
    assert "<style" not in page
    assert " style=" not in page
    inline = [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag]
    assert inline == ['<script type="application/json" id="drf_csrf">']


def test_filters_are_of_our_own_parts(reader: APIClient) -> None:
    """Where a list has any."""
    page = shown(reader, "/api/audit")
    assert '<button class="button primary">Filter</button>' in page
    assert 'class="btn' not in page


def test_what_can_be_deleted_is_deleted_at_the_second_press(reader: APIClient) -> None:
    """A fault, say, and not the list of orders."""
    assert 'data-method="DELETE"' in shown(reader, "/api/faults")
    assert 'data-method="DELETE"' not in shown(reader, "/api/paged")


def shown(client: APIClient, path: str) -> str:
    """The page at this address."""
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": "ko"})
    assert answer["Content-Type"].startswith("text/html")
    return str(answer.content.decode())
