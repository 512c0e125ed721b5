"""The list as a browser gets it: what it shows, whom it serves, how little it sends."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client

from common.conf.profile import Profile
from orchestrator_svc.dashboard.models import SavedFilter
from orchestrator_svc.engine.models import SagaInstance
from orchestrator_svc.tests.factories import NO, WAYS, saga

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>\u202e{{7*7}}"


def html(client: Client, address: str) -> str:
    """The page or the part at an address."""
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def orders(text: str) -> list[int]:
    """The numbers of the orders in the rows, from the top."""
    found = re.findall(r'<tr id="[^"]+">.*?/orders/ORD-([0-9a-f]{32})"', text)
    return [int(number, 16) for number in found]


def store(*statuses: str) -> None:
    """Sagas of these statuses, numbered from 1 on, the last the newest."""
    for number, status in enumerate(statuses, 1):
        saga(status, number)


def test_a_browser_gets_the_list_and_a_program_the_index(browser: Client) -> None:
    """At the same address, and caches are told so."""
    page = browser.get("/")
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert {"Accept", "HX-Request", "Cookie"} <= set(page["Vary"].split(", "))
    index = Client().get("/")
    assert index.json()["service"] == "orchestrator"


def test_rows_are_those_of_the_address(browser: Client) -> None:
    """Several statuses, an order, a size and a page."""
    store(*["FAILED", "COMPENSATED", "STARTED"] * 5)
    page = html(
        browser,
        "/?status=FAILED&status=COMPENSATED&sortBy=orderId&sortOrder=asc&limit=10",
    )
    assert orders(page) == [1, 2, 4, 5, 7, 8, 10, 11, 13, 14]
    assert 'name="status" value="FAILED" checked' in page
    assert 'aria-sort="ascending"><a href="?status=FAILED&amp;status=COMP' in page


def test_a_search_finds_an_order_a_customer_or_a_saga(browser: Client) -> None:
    """Or what begins so."""
    store("FAILED", "STARTED", "COMPLETED")
    found = SagaInstance.objects.get(order_id__endswith="2")
    assert orders(html(browser, f"/?q={found.order_id}")) == [2]
    assert orders(html(browser, f"/?q={found.saga_id}")) == [2]
    assert len(orders(html(browser, "/?q=CUST"))) == 3
    assert "No order matches" in html(browser, "/?q=nobody")


def test_a_bad_address_shows_a_page_and_says_what_was_bad(browser: Client) -> None:
    """The text of the address is text."""
    store("FAILED", "STARTED")
    page = html(browser, "/?status=FAILED&status=<b>&page=7&limit=3&sortBy=%00")
    assert orders(page) == [1]
    assert "There is no status “&lt;b&gt;”: it was left out." in page
    assert "There is no page “7”: this is page 1." in page
    assert "There are no pages of “3”: 20 to a page are shown." in page


def test_hostile_text_is_text(browser: Client) -> None:
    """In a row, in its title, and in a search."""
    row = saga("STARTED", customer_id=HOSTILE)
    SagaInstance.objects.filter(saga_id=row.saga_id).update(customer_id=HOSTILE)
    page = html(browser, f"/?q={HOSTILE}")
    assert "<script>alert" not in page
    assert "<script>alert" not in html(browser, "/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html(browser, "/")


def test_htmx_gets_the_part_that_lives_and_nothing_twice(
    browser: Client, htmx: Client
) -> None:
    """A changed saga is a changed part."""
    store("STARTED", "FAILED")
    part = htmx.get("/?status=FAILED")
    assert part.content.startswith(b'<section id="board"')
    assert b'hx-get="/?status=FAILED"' in part.content
    known = {"If-None-Match": part["ETag"]}
    again = htmx.get("/?status=FAILED", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    store_more = saga("FAILED", 3)
    changed = htmx.get("/?status=FAILED", headers=known)
    assert store_more.order_id in changed.content.decode()


def test_going_back_gets_the_whole_page(htmx: Client) -> None:
    """Htmx then asks for what it has not kept."""
    back = {"HX-History-Restore-Request": "true"}
    page = htmx.get("/", headers=back)
    assert page.content.startswith(b"<!doctype html>")


def test_a_page_takes_as_many_queries_with_many_rows_as_with_few(
    browser: Client, django_assert_num_queries: Any
) -> None:
    """Count, page, rows; three figures; attention; saved filters; its badge."""
    store(*["FAILED"] * 30)
    for limit in (10, 50):
        cache.clear()
        with django_assert_num_queries(9):
            html(browser, f"/?limit={limit}")


def test_only_what_can_be_retried_can_be_ticked(browser: Client) -> None:
    """And the button for all is there where there is one at least."""
    store("STARTED")
    page = html(browser, "/")
    assert re.search(r'name="saga"[^>]* disabled aria-describedby="only-ended"', page)
    assert 'id="retry-none" disabled' in page
    cache.clear()
    saga("COMPENSATED", 2)
    page = html(browser, "/")
    assert len(re.findall(r'name="saga"[^>]* disabled', page)) == 1
    assert 'href="/sagas/retry?status=FAILED&amp;status=COMPENSATED"' in page


def test_attention_is_counted_everywhere_and_told_on_its_page(browser: Client) -> None:
    """With the reason, and a way to the order."""
    assert "Nothing needs you" in html(browser, "/attention")
    row = saga(way=(*WAYS["COMPENSATING"], NO))
    page = html(browser, "/attention")
    assert "REFUND_PAYMENT was refused: DECLINED: no money" in page
    assert f'href="/orders/{row.order_id}"' in page
    assert '<span class="badge">1</span>' in html(browser, "/")


class TestInProduction:
    """Where people sign in."""

    @pytest.fixture(autouse=True)
    def _production(self, settings: Any) -> None:
        settings.APP_PROFILE = Profile.PRODUCTION

    @pytest.mark.parametrize(
        "path",
        ["/", "/choreography", "/attention", "/filters/new", "/filters/x/delete"],
    )
    def test_nobody_sees_a_page_unasked(self, browser: Client, path: str) -> None:
        """They are led to the sign-in, and from there back."""
        response = browser.get(path)
        assert response.status_code == 302
        assert response["Location"] == f"/sign-in?next={path}"

    def test_a_viewer_looks_but_cannot_act(self, browser: Client) -> None:
        """The buttons are there, and say why they do nothing."""
        self.sign_in(browser, "viewer")
        saga("FAILED")
        page = html(browser, "/")
        assert 'id="retry-chosen" disabled aria-describedby="only-ended"' in page
        assert "Your account may look, but not act." in page
        assert "/sagas/retry?status" not in page

    def test_each_sees_their_own_filters(self, browser: Client) -> None:
        """Saved as a viewer, since it changes nothing for others."""
        self.sign_in(browser, "viewer")
        browser.post("/filters/new?status=FAILED", {"name": "Mine"})
        assert "Mine" in html(browser, "/")
        assert SavedFilter.objects.get().owner == "viewer"
        self.sign_in(browser, "operator")
        assert "Mine" not in html(browser, "/")
        kept = SavedFilter.objects.get().filter_id
        assert browser.post(f"/filters/{kept}/delete").status_code == 404
        assert SavedFilter.objects.count() == 1

    def sign_in(self, browser: Client, role: str) -> None:
        """Be a user of this role."""
        user = User.objects.create_user(role)
        user.groups.add(Group.objects.get(name=role))
        browser.force_login(user)
