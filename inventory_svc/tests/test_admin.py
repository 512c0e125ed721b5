"""Stock in the admin."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from common.web.models import AuditEntry
from inventory_svc.stock.models import Product
from inventory_svc.tests.factories import ProductFactory, ReservationFactory, stock

pytestmark = pytest.mark.django_db

LIST = "/admin/stock/product/"
LAPTOP = f"{LIST}PROD001/change/"


def as_one_of(group: str) -> Client:
    """A browser of a staff user in one of the groups."""
    user = User.objects.create_user(f"a-{group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    browser = Client()
    browser.force_login(user)
    return browser


def test_pages_open() -> None:
    """Lists, search and the page of one row answer."""
    ProductFactory()
    row = ReservationFactory.create()
    browser = as_one_of("viewer")
    assert browser.get(f"{LIST}?q=Laptop").status_code == 200
    assert browser.get(LAPTOP).status_code == 200
    assert browser.get("/admin/stock/reservation/?q=ORD").status_code == 200
    page = browser.get(f"/admin/stock/reservation/{row.pk}/change/")
    assert page.status_code == 200


def test_an_operator_sets_a_quantity_and_nothing_else() -> None:
    """Price and reserved are shown only; the audit trail has before and after."""
    ProductFactory(reserved_quantity=2)
    answer = as_one_of("operator").post(
        LAPTOP, {"available_quantity": "7", "price": "1.00", "reserved_quantity": "0"}
    )
    assert answer.status_code == 302
    assert stock() == (7, 2)
    assert Product.objects.get().price == Decimal("999.99")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.target, entry.detail) == (
        "a-operator",
        "stock.set",
        "PROD001",
        {"before": 50, "after": 7},
    )


def test_a_negative_quantity_is_refused() -> None:
    """The form says so and nothing is written."""
    ProductFactory()
    answer = as_one_of("operator").post(LAPTOP, {"available_quantity": "-1"})
    assert answer.status_code == 200
    assert b"greater than or equal to 0" in answer.content
    assert stock() == (50, 0)


def test_a_viewer_changes_nothing() -> None:
    """Neither quantities nor the sample."""
    ProductFactory()
    browser = as_one_of("viewer")
    post = browser.post(LAPTOP, {"available_quantity": "7"})
    assert post.status_code == 403
    browser.post(LIST, {"action": "initialize_sample", "_selected_action": ["PROD001"]})
    assert (stock(), Product.objects.count()) == ((50, 0), 1)


def test_nobody_adds_deletes_or_edits_reservations() -> None:
    """The machine writes them."""
    row = ReservationFactory.create()
    user = User.objects.create_superuser("root")
    browser = Client()
    browser.force_login(user)
    assert browser.get(f"{LIST}add/").status_code == 403
    change = f"/admin/stock/reservation/{row.pk}/change/"
    assert browser.post(change, {"status": "RELEASED"}).status_code == 403
    delete = f"/admin/stock/reservation/{row.pk}/delete/"
    assert browser.post(delete).status_code == 403


def test_the_action_sets_the_sample() -> None:
    """It says how many products, and leaves a trace."""
    ProductFactory(available_quantity=1)
    page = as_one_of("operator").post(
        LIST,
        {"action": "initialize_sample", "_selected_action": ["PROD001"]},
        follow=True,
    )
    assert b"5 products set to the sample." in page.content
    assert stock() == (50, 0)
    assert AuditEntry.objects.get().action == "stock.initialize"
