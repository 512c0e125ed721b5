"""Production asks for rights; demo lets in this machine, but no foreign pages."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from common.web.permissions import is_near
from tests.common.web.conftest import order_body, user_in

pytestmark = pytest.mark.django_db


def statuses(client: APIClient) -> tuple[int, int, int]:
    """What reading, ordering and operating answer."""
    return (
        client.get("/api/paged").status_code,
        client.post("/api/orders", order_body(), format="json").status_code,
        client.post("/api/notes", {}, format="json").status_code,
    )


def test_in_demo_this_machine_may_all(client: APIClient) -> None:
    """No sign-in."""
    assert statuses(client) == (200, 201, 201)


def test_in_demo_other_machines_must_sign_in() -> None:
    """Should the port be reachable at all."""
    assert statuses(APIClient(REMOTE_ADDR="192.0.2.7")) == (401, 401, 401)


def test_in_demo_a_named_network_counts_as_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That of the containers, say; its neighbours do not."""
    monkeypatch.setattr(settings, "DEMO_NETWORKS", [ip_network("192.0.2.0/30")])
    assert statuses(APIClient(REMOTE_ADDR="192.0.2.3")) == (200, 201, 201)
    assert statuses(APIClient(REMOTE_ADDR="192.0.2.4")) == (401, 401, 401)


def test_in_production_no_network_is_let_in(
    monkeypatch: pytest.MonkeyPatch, production: None
) -> None:
    """Should somebody set it all the same."""
    monkeypatch.setattr(settings, "DEMO_NETWORKS", [ip_network("192.0.2.0/30")])
    assert statuses(APIClient(REMOTE_ADDR="192.0.2.3")) == (401, 401, 401)


def test_in_demo_foreign_pages_may_not_act() -> None:
    """A browser tells where a request comes from; links may be followed."""
    foreign = APIClient(HTTP_SEC_FETCH_SITE="cross-site")
    assert statuses(foreign) == (200, 403, 403)
    assert statuses(APIClient(HTTP_SEC_FETCH_SITE="same-site")) == (200, 201, 201)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("viewer", (200, 403, 403)),
        ("operator", (200, 201, 201)),
        ("admin", (200, 201, 201)),
    ],
)
def test_in_production_groups_decide(
    client: APIClient, production: None, group: str, expected: tuple[int, int, int]
) -> None:
    """The three groups that migrate makes."""
    client.force_authenticate(user_in(group))
    assert statuses(client) == expected


def test_in_production_nobody_is_let_in_unnamed(
    client: APIClient, production: None
) -> None:
    """401 with the way to sign in."""
    response = client.get("/api/paged")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Basic realm="api"'
    assert response.json()["code"] == "NOT_AUTHENTICATED"


def test_in_production_a_wrong_password_is_401(
    client: APIClient, production: None
) -> None:
    """And says no more than that."""
    client.credentials(HTTP_AUTHORIZATION="Basic eDp5")
    assert client.get("/api/paged").status_code == 401


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("", False),
        ("x", False),
    ],
)
def test_loopback_is_known(address: str, expected: bool) -> None:
    """In both families."""
    assert is_near(address) is expected


def test_a_viewer_looks_at_the_admin_and_changes_nothing(client: Any) -> None:
    """Audit entries can be seen there by staff."""
    viewer = user_in("viewer")
    viewer.is_staff = True
    viewer.save()
    client.force_login(viewer)
    assert client.get("/admin/web/auditentry/").status_code == 200
    assert client.get("/admin/web/auditentry/add/").status_code == 403


def test_in_production_the_schema_needs_a_sign_in(
    client: APIClient, production: None
) -> None:
    """As a problem, in the schema's own format too."""
    response = client.get("/api/schema")
    assert response.status_code == 401
    assert b"AUTHENTICATION" in response.content.upper()
