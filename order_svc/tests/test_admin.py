"""Orders in the admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from common.web.models import AuditEntry
from order_svc.orders.models import Order
from order_svc.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/orders/order/"


def test_lists_searches_and_filters(admin_client: Client) -> None:
    """By customer, status and mode."""
    OrderFactory(order_id="ORD-AAA", customer_id="ALICE")
    OrderFactory(order_id="ORD-BBB", customer_id="BOB", status="FAILED")
    everything = admin_client.get(LIST).content
    assert b"ORD-AAA" in everything
    assert b"ORD-BBB" in everything
    found = admin_client.get(f"{LIST}?q=ALICE").content
    assert b"ORD-AAA" in found
    assert b"ORD-BBB" not in found
    failed = admin_client.get(f"{LIST}?status=FAILED").content
    assert b"ORD-AAA" not in failed
    assert b"ORD-BBB" in failed


def test_rows_are_looked_at_only(admin_client: Client) -> None:
    """Nobody adds, changes or deletes an order by hand."""
    OrderFactory(order_id="ORD-1")
    page = admin_client.get(f"{LIST}ORD-1/change/")
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(f"{LIST}ORD-1/delete/").status_code == 403


def cancel(client: Client, *order_ids: str) -> bytes:
    """Run the action on these orders; the page that follows."""
    form = {"action": "cancel_selected", "_selected_action": list(order_ids)}
    return client.post(LIST, form, follow=True).content


def test_the_action_cancels_and_says_what_it_could_not(admin_client: Client) -> None:
    """Each order by itself, audited under the user's name."""
    OrderFactory(order_id="ORD-1")
    OrderFactory(order_id="ORD-2", status="FAILED")
    page = cancel(admin_client, "ORD-1", "ORD-2").decode()
    assert "1 orders are being cancelled." in page
    assert "ORD-2: The order has failed; there is nothing to cancel." in page
    assert Order.objects.get(order_id="ORD-1").status == "CANCELLING"
    assert AuditEntry.objects.get().actor == "admin"


def test_who_may_only_look_has_no_action() -> None:
    """The action is for those with the right to operate."""
    client = Client()
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(viewer)
    OrderFactory(order_id="ORD-1")
    assert b"cancel_selected" not in client.get(LIST).content
    cancel(client, "ORD-1")
    assert Order.objects.get().status == "PENDING"
