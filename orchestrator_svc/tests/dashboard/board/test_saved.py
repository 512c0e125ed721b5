"""A filter is found again under its name, by whom it belongs to."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import QueryDict
from django.test import RequestFactory

from orchestrator_svc.dashboard.board import saved
from orchestrator_svc.dashboard.models import SavedFilter, Tab

pytestmark = pytest.mark.django_db

FAILED = "status=FAILED&status=COMPENSATED"


def keep(name: str = "Broken", owner: str = "kim", query: str = FAILED) -> SavedFilter:
    """Keep a filter of the first list."""
    return saved.keep(owner=owner, name=name, tab=Tab.SAGAS, query=query)


def test_a_kept_filter_leads_back_to_its_list() -> None:
    """The second list has another address."""
    keep()
    saved.keep(owner="kim", name="Also", tab=Tab.ORDERS, query="status=FAILED")
    found = [(one.name, saved.address_of(one)) for one in saved.filters_of("kim")]
    assert found == [
        ("Also", "/choreography?status=FAILED"),
        ("Broken", f"/?{FAILED}"),
    ]


def test_the_same_name_replaces() -> None:
    """Spaces around or between make no other name."""
    keep()
    keep("  Broken ", query="q=CUST1")
    (found,) = saved.filters_of("kim")
    assert (found.name, found.query) == ("Broken", "q=CUST1")


def test_nobody_sees_or_deletes_the_filters_of_another() -> None:
    """Not even by their id."""
    kept = keep()
    keep(owner="")
    assert saved.filters_of("lee") == []
    assert saved.find("lee", kept.filter_id) is None
    saved.forget(owner="lee", filter_id=kept.filter_id)
    assert saved.filters_of("kim") == [kept]


def test_a_forgotten_filter_is_gone_and_may_be_forgotten_again() -> None:
    """The second of two clicks does nothing."""
    kept = keep()
    for _ in range(2):
        saved.forget(owner="kim", filter_id=kept.filter_id)
    assert saved.filters_of("kim") == []


@pytest.mark.parametrize(
    ("name", "query", "why"),
    [
        (" ", FAILED, "Give the filter a name."),
        ("x" * 61, FAILED, "60 characters at most"),
        ("a\x00b", FAILED, "all of them visible"),
        ("Long", "q=" + "x" * 2000, "too long to be saved"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(
    name: str, query: str, why: str
) -> None:
    """And nothing is kept."""
    with pytest.raises(saved.NotKept, match=why):
        keep(name, query=query)
    assert saved.filters_of("kim") == []


def test_there_is_an_end_to_it() -> None:
    """Thirty; one of the same name still replaces."""
    for number in range(saved.MAX_FILTERS):
        keep(f"Filter {number}")
    with pytest.raises(saved.NotKept, match="30 saved filters already"):
        keep("One more")
    keep("Filter 7", query="")
    assert len(saved.filters_of("kim")) == 30


def test_of_an_address_the_filters_are_kept_not_the_page() -> None:
    """Always in the same order, and nothing that is none."""
    given = QueryDict("page=3&limit=50&tab=orders&next=//evil&q=&status=A&status=B")
    assert saved.query_of(given) == "status=A&status=B&limit=50"


def test_who_is_signed_in_has_filters_of_their_own() -> None:
    """Who is not shares those of the open machine."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert saved.owner_of(request) == ""
    request.user = User(username="kim")
    assert saved.owner_of(request) == "kim"
