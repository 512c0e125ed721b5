"""The small parts say what they are given, as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from common import clock
from common.ui.templatetags import ui

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_status_has_a_colour_a_sign_and_its_name() -> None:
    """Not the colour alone."""
    assert str(ui.tag("COMPENSATED")) == (
        '<span class="tag tag-undone" title="COMPENSATED"><span aria-hidden="true">↺'
        "</span> Compensated</span>"
    )
    assert "&lt;b&gt; a<" in str(ui.tag("<B>_A"))


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=59), "5 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(seconds=-5), "within a minute"),
        (timedelta(minutes=-3), "in 3 minutes"),
    ],
)
def test_time_in_words(before: timedelta, words: str) -> None:
    """And in full in the title."""
    with clock.clock_set_to(lambda: NOON):
        shown = str(ui.when(NOON - before))
    assert f">{words}<" in shown
    assert 'UTC"' in shown


def test_no_time_is_a_dash() -> None:
    """Nothing to tell."""
    assert ui.when(None) == "–"


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1234.5", "USD", "$1,234.50"),
        (-3, "USD", "−$3.00"),
        ("12000", "KRW", "₩12,000"),
        (None, "USD", "–"),
    ],
)
def test_money_has_the_places_of_its_currency(
    amount: object, currency: str, shown: str
) -> None:
    """And its sign."""
    assert ui.money(amount, currency) == shown  # type: ignore[arg-type]


def test_a_query_is_changed_in_one_place() -> None:
    """The rest stays; None takes out, a list is several."""
    request = RequestFactory().get("/?status=A&status=B&page=3&q=%26x")
    wanted = "{% load ui %}{% query page=None limit=50 %}"
    shown = Template(wanted).render(Context({"request": request}))
    assert shown == "?status=A&amp;status=B&amp;q=%26x&amp;limit=50"


def test_an_asset_has_a_new_address_with_each_version() -> None:
    """Its content's print."""
    address = ui.asset("ui/base.css")
    assert address.startswith("/static/ui/base.css?v=")
    assert len(address.partition("?v=")[2]) == 10


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (0.0451, "45 ms"), (1.25, "1.2 s"), (200, "3 min"), (9000, "2.5 h")],
)
def test_durations(value: float | None, shown: str) -> None:
    """In the unit that suits them."""
    assert ui.seconds(value) == shown
