"""Every error is an RFC 9457 problem that a client of the seed can read too."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from rest_framework import exceptions
from rest_framework.test import APIClient

from common.storage.transactions import Conflict
from common.web import errors

pytestmark = pytest.mark.django_db


def test_a_problem_has_the_rfcs_members_and_the_seeds(client: APIClient) -> None:
    """All members, exactly."""
    response = client.get("/api/raising/conflict")
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "urn:saga-playground:problem:already-completed",
        "title": "Conflict",
        "status": 409,
        "detail": "It is completed.",
        "code": "ALREADY_COMPLETED",
        "instance": "/api/raising/conflict",
        "error": "Conflict",
        "message": "It is completed.",
    }


def test_a_bad_field_is_named(client: APIClient) -> None:
    """In `errors`, and in the sentence."""
    body = client.get("/api/raising/bad").json()
    assert body["status"] == 400
    assert body["detail"] == "colour: must be blue"
    assert body["errors"] == [{"field": "colour", "message": "must be blue"}]


@pytest.mark.parametrize("where", ["/api/raising", "/plain/raising"])
@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("missing", 404, "NOT_FOUND"),
        ("denied", 403, "FORBIDDEN"),
        ("locked", 503, "UNAVAILABLE"),
        ("bug", 500, "INTERNAL_ERROR"),
    ],
)
def test_views_of_both_kinds_answer_alike(
    client: APIClient, where: str, name: str, status: int, code: str
) -> None:
    """DRF's views and plain ones."""
    response = client.get(f"{where}/{name}")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == code


def test_a_bug_shows_nothing_of_itself(client: APIClient) -> None:
    """No trace, no text of the exception."""
    assert b"secret inside" not in client.get("/api/raising/bug").content


def test_a_busy_database_says_when_to_come_back(client: APIClient) -> None:
    """503 with Retry-After."""
    assert client.get("/api/raising/locked")["Retry-After"] == "1"
    found = errors.as_application_error(Conflict("again"))
    assert found.status_code == 503


@pytest.mark.parametrize("path", ["/api/nope", "/nope", "/plain/things/%00", "/api//"])
def test_an_unknown_address_is_a_404_problem(client: APIClient, path: str) -> None:
    """Also where no view was found."""
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "odd", ["%00", "a%2Fb", "%F0%9F%98%80", "%ff", "x" * 101, "a b"]
)
def test_an_odd_id_is_not_found(client: APIClient, odd: str) -> None:
    """`<id:…>` takes only what an id can be."""
    assert client.get(f"/plain/things/{odd}").status_code == 404


def test_an_id_is_found(client: APIClient) -> None:
    """With every character that is allowed."""
    assert client.get("/plain/things/ORD-1_a.B:@=").content == b"ORD-1_a.B:@="


def test_a_wrong_method_is_a_405_that_names_the_right_ones(client: APIClient) -> None:
    """DRF's views and plain ones."""
    for path, allowed in [("/api/orders", "POST, OPTIONS"), ("/livez", "GET, HEAD")]:
        response = client.delete(path)
        assert (response.status_code, response["Allow"]) == (405, allowed)
        assert response.json()["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        (["a"], [("body", "a")]),
        ({"x": ["a", "b"]}, [("x", "a"), ("x", "b")]),
        ({"x": [{}, {"y": ["a"]}]}, [("x[1].y", "a")]),
        ({"x": {"1": {"y": ["a"]}}}, [("x[1].y", "a")]),
        ({"x": {"y": {"z": "a"}}}, [("x.y.z", "a")]),
        ({"non_field_errors": ["a"]}, [("body", "a")]),
        ({"x": [{"non_field_errors": ["a"]}]}, [("x[0]", "a")]),
    ],
)
def test_nested_errors_become_paths(
    detail: Any, expected: list[tuple[str, str]]
) -> None:
    """As a client would write them."""
    assert errors.flattened(detail) == expected


def test_exceptions_of_django_and_drf_are_known() -> None:
    """Each becomes the problem it means."""
    throttled = errors.as_application_error(exceptions.Throttled(wait=7))
    assert (throttled.status_code, throttled.title) == (429, "Too Many Requests")
    invalid = errors.as_application_error(ValidationError("no"))
    assert invalid.errors == (("request", "no"),)


def test_a_throttled_caller_learns_how_long_to_wait(rf: RequestFactory) -> None:
    """Retry-After in whole seconds."""
    context = {"request": rf.get("/api/x")}
    response = errors.exception_handler(exceptions.Throttled(wait=6.2), context)
    assert response["Retry-After"] == "7"


def test_errors_have_a_page_in_a_browser(client: APIClient) -> None:
    """HTML where HTML was asked for, with the status."""
    response = client.get("/api/raising/missing", HTTP_ACCEPT="text/html")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
    assert b"There is no order ORD-1." in response.content
