"""A list's address is read as far as it is clear; of the rest it is said why not."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from common.ui.paging import Page
from orchestrator_svc.dashboard.board.asked import (
    carried,
    kinds,
    read_address,
    remarks_on_page,
)
from orchestrator_svc.engine.selectors import SagaQuery


def test_an_address_that_says_nothing_asks_for_the_newest_orders() -> None:
    """And nothing is to be said about it."""
    asked = read_address(QueryDict("q=&status=&sortBy=&sortOrder=&definition="))
    assert (asked.query, asked.remarks) == (SagaQuery(), ())


def test_an_address_says_statuses_order_search_and_kind() -> None:
    """As those of the API do."""
    asked = read_address(
        QueryDict(
            "status=FAILED&status=COMPENSATED&sortBy=totalAmount&sortOrder=asc"
            "&q=CUST7&definition=all"
        )
    )
    assert asked.remarks == ()
    assert asked.query == SagaQuery(
        statuses=("FAILED", "COMPENSATED"),
        definition="",
        search="CUST7",
        sort_by="totalAmount",
        descending=False,
    )


BAD = {
    "status=LOST": "There is no status “LOST”: it was left out.",
    "sortBy=colour": "The list cannot be sorted by “colour”: the newest come first.",
    "sortOrder=up": "“up” is no direction to sort in: it is “asc” or “desc”.",
    "definition=x": "“x” is no kind of saga: those of orders are shown.",
    "q=a b": "“a b” cannot be an id, so it was not searched for. Ids are made of"
    " letters, digits and . _ : @ -, 64 at most.",
}


@pytest.mark.parametrize(("address", "said"), BAD.items())
def test_what_is_bad_is_left_out_and_said(address: str, said: str) -> None:
    """One sentence for each."""
    asked = read_address(QueryDict(address))
    assert (asked.query, asked.remarks) == (SagaQuery(), (said,))


def test_a_bad_status_takes_no_good_one_with_it() -> None:
    """The list is narrowed to what is clear."""
    asked = read_address(QueryDict("status=FAILED,LOST&status=NEVER"))
    assert asked.query.statuses == ("FAILED",)
    assert asked.remarks == ("There is no status “LOST, NEVER”: it was left out.",)


def test_of_a_long_text_the_beginning_is_shown() -> None:
    """However much somebody sends."""
    asked = read_address(QueryDict(f"q={'x' * 10_000}"))
    (said,) = asked.remarks
    assert said.startswith(f"“{'x' * 40}…” cannot be an id")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("page=2&limit=50", ()),
        ("page=9", ("There is no page “9”: this is page 2.",)),
        ("page=x", ("There is no page “x”: this is page 2.",)),
        ("limit=7", ("There are no pages of “7”: 50 to a page are shown.",)),
    ],
)
def test_another_page_than_the_one_asked_for_is_named(
    address: str, said: tuple[str, ...]
) -> None:
    """The nearest is shown, and it is said which."""
    assert remarks_on_page(QueryDict(address), Page(2, 50, 100)) == said


def test_filters_leave_the_order_and_the_size_as_they_are() -> None:
    """Not the page: of other rows it would be another one."""
    given = QueryDict("sortBy=status&limit=50&page=3&status=FAILED")
    assert carried(given) == [("sortBy", "status"), ("limit", "50")]


def test_the_kind_asked_for_is_the_chosen_one() -> None:
    """Orders unless said otherwise."""
    chosen = [value for value, _words, is_chosen in kinds(SagaQuery()) if is_chosen]
    both = SagaQuery(definition="")
    assert chosen == ["order"]
    assert [value for value, _words, is_one in kinds(both) if is_one] == ["all"]
