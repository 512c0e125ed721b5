"""What Django answers by itself is a problem too."""

from __future__ import annotations

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import Client, RequestFactory
from rest_framework.test import APIClient

from common.web import error_views

pytestmark = pytest.mark.django_db


def test_a_foreign_host_is_refused(client: APIClient) -> None:
    """400, before any view runs."""
    response = client.get("/plain", HTTP_HOST="evil.example")
    assert response.status_code == 400
    assert response.json()["code"] == "HOST_NOT_ALLOWED"


def test_a_missing_csrf_token_is_a_problem() -> None:
    """The admin's form without its token."""
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert response.status_code == 403
    assert response.json()["code"] == "CSRF_FAILED"


def test_too_large_for_django_is_a_413(rf: RequestFactory) -> None:
    """Where Django itself reads the body."""
    response = error_views.bad_request(rf.get("/x"), RequestDataTooBig("big"))
    assert response.status_code == 413
