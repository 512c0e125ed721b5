"""An address that asks badly is put right, and says so."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict

from orchestrator_svc.dashboard.audit.asked import read

PLACE = "2026-03-01T12:00:00.123Z/AUD-1"


def test_nothing_asked_is_everything() -> None:
    """Twenty to a page."""
    asked = read(QueryDict(""))
    assert asked.parameters == {"limit": "20"}
    assert not asked.is_narrowed


def test_all_that_can_be_asked() -> None:
    """The last day is whole: it ends where the next begins."""
    asked = read(
        QueryDict(
            "actor=lee&action=saga.retry&target=SAGA-1&from=2026-02-27&to=2026-02-28"
            f"&limit=50&older={PLACE}"
        )
    )
    assert asked.parameters == {
        "actorContains": "lee",
        "action": "saga.retry",
        "targetContains": "SAGA-1",
        "since": "2026-02-27T00:00:00.000Z",
        "until": "2026-03-01T00:00:00.000Z",
        "olderThan": PLACE,
        "limit": "50",
    }
    assert (asked.first_day, asked.last_day) == (date(2026, 2, 27), date(2026, 2, 28))
    assert (asked.is_narrowed, asked.remarks) == (True, ())


@pytest.mark.parametrize(
    ("address", "remark"),
    [
        ("from=yesterday", "“yesterday” is no day, and was left out."),
        ("to=9999-12-31", "“9999-12-31” is no day, and was left out."),
        ("older=x", "The place in the list is unknown; this is its start."),
        ("older=2026-03-01T12:00:00/AUD-1", "The place in the list is unknown;"),
    ],
)
def test_what_makes_no_sense_is_left_out_and_told(address: str, remark: str) -> None:
    """The rest is answered."""
    asked = read(QueryDict(address))
    assert asked.parameters == {"limit": "20"}
    assert asked.remarks[0].startswith(remark)


def test_a_page_has_one_of_the_sizes_on_offer() -> None:
    """And no other."""
    assert read(QueryDict("limit=7")).limit == 20
    assert read(QueryDict("limit=100")).limit == 100


def test_texts_are_cut_to_what_can_be() -> None:
    """No control characters, and no more than fits."""
    asked = read(QueryDict("actor=" + "x" * 10_000 + "&target=a%00b"))
    assert (len(asked.actor), asked.target) == (200, "ab")
