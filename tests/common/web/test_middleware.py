"""Ids come in and go out with every answer; headers are strict."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from rest_framework.test import APIClient

from common import faults
from common.web import context
from common.web.middleware import RequestMiddleware

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def seen_by_view(**headers: str) -> context.RequestContext:
    """The context a view finds for a request with these headers."""
    seen: list[context.RequestContext] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(context.current())
        return HttpResponse("ok")

    RequestMiddleware(view)(RequestFactory().get("/", headers=headers))
    return seen[0]


def test_a_request_keeps_the_id_it_brings(client: APIClient) -> None:
    """And it is said in the answer."""
    response = client.get("/plain", headers={"X-Request-Id": "abc-1"})
    assert response["X-Request-Id"] == "abc-1"


@pytest.mark.parametrize("odd", ["", "a b", "x" * 129, "a\nb", "<script>"])
def test_an_id_that_is_none_is_replaced(client: APIClient, odd: str) -> None:
    """By one of ours."""
    response = client.get("/plain", headers={"X-Request-Id": odd})
    assert re.fullmatch("[0-9a-f]{32}", response["X-Request-Id"])


def test_the_trace_of_the_caller_goes_on() -> None:
    """W3C trace context, as it came."""
    assert seen_by_view(traceparent=TRACE).traceparent == TRACE


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "x",
        TRACE.upper(),
        TRACE.replace("00-", "01-", 1),
        "00-" + "0" * 32 + TRACE[35:],
    ],
)
def test_a_trace_that_is_none_is_replaced(odd: str) -> None:
    """By a valid one of ours."""
    made = seen_by_view(traceparent=odd).traceparent
    assert made != odd
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", made)


def test_nothing_of_a_request_is_left_behind() -> None:
    """Also when the view failed."""

    def view(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        RequestMiddleware(view)(RequestFactory().get("/"))
    assert context.current() is context.NO_REQUEST


def test_data_may_load_nothing_and_be_framed_by_nobody(client: APIClient) -> None:
    """The headers of an API answer."""
    response = client.get("/livez")
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'none'"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/api/paged", "/api/docs", "/admin/login/"])
def test_pages_need_no_inline_script(client: APIClient, path: str) -> None:
    """Every script is a file of ours, and the policy allows nothing else."""
    response = client.get(path, HTTP_ACCEPT="text/html")
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    scripts = re.findall(r"<script([^>]*)>", response.content.decode())
    assert scripts
    assert all("src=" in one or "application/json" in one for one in scripts)
    assert not re.search(r"\son\w+=", response.content.decode())


def test_hsts_is_sent_where_it_is_set(settings: object) -> None:
    """In production only."""
    settings.SECURE_HSTS_SECONDS = 60  # type: ignore[attr-defined]
    answer = RequestMiddleware(lambda _: HttpResponse("ok"))(RequestFactory().get("/"))
    assert answer["Strict-Transport-Security"] == "max-age=60; includeSubDomains"


@pytest.mark.django_db
def test_an_api_request_reads_no_session(
    client: APIClient, django_assert_num_queries: object
) -> None:
    """Without a cookie neither session nor user cost a query."""
    with django_assert_num_queries(0):  # type: ignore[operator]
        response = client.post("/api/reasons", {}, format="json")
    assert not response.cookies


def test_a_body_in_chunks_is_not_taken_for_an_empty_one() -> None:
    """411, before any view runs."""
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    request = RequestFactory().get("/api/orders", **environ)  # type: ignore[arg-type]
    answer = RequestMiddleware(lambda _: HttpResponse("ok"))(request)
    assert answer.status_code == 411


class TestFaults:
    """service.request: a request that waits, or whose process dies."""

    @pytest.fixture
    def reached(self) -> Iterator[list[str]]:
        """The points that requests reach."""
        points: list[str] = []

        def note(point: str) -> bool:
            points.append(point)
            return False

        with faults.reached_by(note):
            yield points

    def test_a_request_reaches_the_point(
        self, client: APIClient, reached: list[str]
    ) -> None:
        """Before anything else, and is answered."""
        assert client.get("/plain").status_code == 200
        assert reached == ["service.request"]

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        "path", ["/health", "/livez", "/readyz", "/metrics", "/api/faults"]
    )
    def test_some_requests_are_spared(
        self, client: APIClient, reached: list[str], path: str
    ) -> None:
        """Those that say how the service is, and those that turn faults off."""
        client.get(path)
        client.delete(f"{path}/FAULT-1")
        assert reached == []
