"""What every service has beside its own paths."""

from __future__ import annotations

import re

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def test_the_root_leads_to_everything(client: APIClient) -> None:
    """Every address it names answers."""
    body = client.get("/").json()
    assert body["service"] == "order"
    for name in ("health", "metrics", "api/schema", "api/docs", "admin", "api/paged"):
        assert body["links"][name] == f"http://testserver/{name}"


def test_the_schema_names_the_key_and_the_problem(client: APIClient) -> None:
    """Idempotency-Key on POSTs, a problem on all."""
    schema = client.get("/api/schema?format=json").json()
    assert schema["info"]["title"] == "Test service"
    listed = schema["paths"]["/api/paged"]["get"]
    assert "application/problem+json" in listed["responses"]["default"]["content"]
    assert {"page", "limit"} <= {one["name"] for one in listed["parameters"]}
    post = schema["paths"]["/api/orders"]["post"]
    assert "Idempotency-Key" in {one["name"] for one in post["parameters"]}


def test_the_documentation_needs_no_other_site(client: APIClient) -> None:
    """Its files come from this service."""
    page = client.get("/api/docs").content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert all(address.startswith("/") for address in addresses)
    for address in addresses:
        response = client.get(address)
        response.close()
        assert response.status_code == 200, address


def test_static_files_are_served(client: APIClient) -> None:
    """Those of installed apps, with a time to keep them."""
    response = client.get("/static/admin/css/base.css")
    response.close()
    assert response.status_code == 200
    assert response["Content-Type"] == "text/css"
    assert response["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize(
    "path", ["../settings.py", "admin", "nope.css", "%2e%2e/settings.py", "a%00b"]
)
def test_nothing_else_is_served_as_static(client: APIClient, path: str) -> None:
    """Neither folders nor what lies outside."""
    assert client.get(f"/static/{path}").status_code == 404


def test_admin_without_a_slash_leads_to_the_admin(client: APIClient) -> None:
    """A redirect."""
    assert client.get("/admin")["Location"] == "/admin/"


def test_pages_say_whose_they_are(client: APIClient) -> None:
    """Browsable API and admin bear the service's name."""
    browsable = client.get("/", HTTP_ACCEPT="text/html").content
    assert b"saga-playground: order" in browsable
    assert b"saga-playground: order" in client.get("/admin/login/").content


def test_a_browsable_post_offers_a_form_for_json(client: APIClient) -> None:
    """With the members to fill in."""
    page = client.get("/api/orders", HTTP_ACCEPT="text/html").content.decode()
    assert 'name="_content"' in page
    assert "customerId" in page


def test_an_icon_is_not_an_error(client: APIClient) -> None:
    """Nothing, for an hour."""
    response = client.get("/favicon.ico")
    assert (response.status_code, response.content) == (204, b"")
