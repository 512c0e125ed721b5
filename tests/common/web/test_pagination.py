"""Lists come in pages, or bare as the seed answered them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from common import clock
from common.web.models import AuditEntry

pytestmark = pytest.mark.django_db


def make(count: int) -> None:
    """Audit entries, AUD-0001 the oldest."""
    moment = clock.now()
    AuditEntry.objects.bulk_create(
        AuditEntry(
            entry_id=f"AUD-{number:04}",
            at=moment + timedelta(seconds=number),
            actor="a",
            action="b",
            target="c",
        )
        for number in range(1, count + 1)
    )


def test_a_page_has_ten_rows_and_says_where_it_is(client: APIClient) -> None:
    """The contract's members, exactly."""
    make(23)
    body = client.get("/api/paged?page=2").json()
    assert [row["entryId"] for row in body["data"]][:2] == ["AUD-0013", "AUD-0012"]
    assert len(body["data"]) == 10
    assert body["pagination"] == {
        "currentPage": 2,
        "totalPages": 3,
        "totalCount": 23,
        "limit": 10,
        "hasNextPage": True,
        "hasPrevPage": True,
    }


def test_an_empty_list_has_no_pages(client: APIClient) -> None:
    """Zero of zero."""
    assert client.get("/api/paged").json() == {
        "data": [],
        "pagination": {
            "currentPage": 1,
            "totalPages": 0,
            "totalCount": 0,
            "limit": 10,
            "hasNextPage": False,
            "hasPrevPage": False,
        },
    }


def test_a_page_past_the_last_is_empty(client: APIClient) -> None:
    """Not an error: rows may have gone."""
    make(3)
    body = client.get("/api/paged?page=10000000&limit=100").json()
    assert body["data"] == []
    assert body["pagination"]["hasPrevPage"] is True


@pytest.mark.parametrize(
    "value", ["0", "-1", "x", "", "1.5", "\u0661", "9" * 30, "1e3", "+1"]
)
@pytest.mark.parametrize("name", ["page", "limit"])
@pytest.mark.parametrize("path", ["/api/paged", "/api/bare"])
def test_a_wrong_number_is_named(
    client: APIClient, path: str, name: str, value: str
) -> None:
    """400, for either parameter on either list."""
    response = client.get(path, {name: value})
    assert response.status_code == 400
    assert [one["field"] for one in response.json()["errors"]] == [name]


def test_limit_ends_at_100(client: APIClient) -> None:
    """101 is refused."""
    assert client.get("/api/paged?limit=100").status_code == 200
    assert client.get("/api/paged?limit=101").status_code == 400


def test_a_bare_list_is_an_array_newest_first(client: APIClient) -> None:
    """Without page and limit; no Link where all is there."""
    make(12)
    response = client.get("/api/bare")
    assert [row["entryId"] for row in response.json()][:2] == ["AUD-0012", "AUD-0011"]
    assert len(response.json()) == 12
    assert "Link" not in response


def test_a_bare_list_ends_at_1000_and_links_to_the_rest(client: APIClient) -> None:
    """The link keeps the filters, and leads to the row after the last one."""
    make(1001)
    response = client.get("/api/bare?action=b")
    assert len(response.json()) == 1000
    address = "http://testserver/api/bare?action=b&limit=100&page=11"
    assert response["Link"] == f'<{address}>; rel="next"'
    rest = client.get(address).json()
    assert [row["entryId"] for row in rest["data"]] == ["AUD-0001"]


def test_a_bare_list_can_be_paged(client: APIClient) -> None:
    """Either parameter makes it a page."""
    make(3)
    assert client.get("/api/bare?limit=2").json()["pagination"]["totalPages"] == 2


@pytest.mark.parametrize("path", ["/api/paged", "/api/bare", "/api/paged?page=2"])
def test_lists_are_browsable(client: APIClient, path: str) -> None:
    """As pages, with the rows on them."""
    make(13)
    response = client.get(path, HTTP_ACCEPT="text/html")
    assert response.status_code == 200
    assert b"AUD-0001" in response.content or b"AUD-0013" in response.content
