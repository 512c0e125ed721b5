"""Payments in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Group, User
from django.test import Client

from common.web.models import AuditEntry
from payment_svc.payments.models import Payment
from payment_svc.tests.acts import offer, pay
from payment_svc.tests.factories import ORDER, TOTAL, PaymentFactory, payment
from payment_svc.tests.toss import NO_ANSWER, REFUSED, ScriptedToss

pytestmark = pytest.mark.django_db

LIST = "/admin/payments/payment/"
ACTION = "refund_selected"


@pytest.fixture
def as_superuser() -> Client:
    """A browser of somebody who may do everything."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    return browser


def as_one_of(group: str) -> Client:
    """A browser of a staff user in one of the groups."""
    user = User.objects.create_user(f"a-{group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    browser = Client()
    browser.force_login(user)
    return browser


def post_action(browser: Client, *payments: Payment) -> Any:
    """The action, run on these payments."""
    chosen = [one.payment_id for one in payments]
    return browser.post(
        LIST, {"action": ACTION, "_selected_action": chosen}, follow=True
    )


@pytest.mark.parametrize("name", ["payment", "refund", "question", "simulatedcharge"])
def test_pages_open(as_superuser: Client, name: str) -> None:
    """Lists, search and the page of one row answer."""
    PaymentFactory(order_id=ORDER)
    assert as_superuser.get(f"/admin/payments/{name}/?q=ORD").status_code == 200
    page = as_superuser.get("/admin/payments/payment/PAY-ORD-1-1/change/")
    assert page.status_code == 200


def test_nobody_edits(as_superuser: Client) -> None:
    """Books are not written by hand."""
    row = PaymentFactory.create(order_id=ORDER)
    assert as_superuser.get(f"{LIST}add/").status_code == 403
    change = f"{LIST}{row.pk}/change/"
    assert as_superuser.post(change, {"amount": "1"}).status_code == 403
    assert as_superuser.post(f"{LIST}{row.pk}/delete/").status_code == 403


def test_the_action_refunds_what_can_be_refunded(as_superuser: Client) -> None:
    """It says what was not, and leaves a trace of who did it."""
    paid = PaymentFactory.create(order_id=ORDER)
    declined = PaymentFactory.create(order_id="ORD-2", status="FAILED")
    page = post_action(as_superuser, paid, declined)
    assert payment().status == "REFUNDED"
    assert payment("ORD-2").status == "FAILED"
    assert b"PAY-ORD-2-1: The payment PAY-ORD-2-1 is FAILED" in page.content
    assert b"1 payments are given back." in page.content
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.reason) == ("root", "refunded in the admin")


def test_the_action_gives_back_at_toss(
    as_superuser: Client, toss: ScriptedToss
) -> None:
    """It tells what is done from what is only noted."""
    for order_id in (ORDER, "ORD-2", "ORD-3"):
        offer(order_id)
        pay(toss, order_id)
    toss.will("give_back", NO_ANSWER, REFUSED)
    chosen = [payment("ORD-1"), payment("ORD-2"), payment("ORD-3")]
    page = post_action(as_superuser, *chosen)
    assert b"1 payments are given back. 1 more are noted, until Toss answers." in (
        page.content
    )
    assert b"Toss does not give the money back" in page.content
    assert toss.kept == 2 * TOTAL
    assert AuditEntry.objects.count() == 3


def test_what_waits_is_shown_and_not_edited(
    as_superuser: Client, toss: ScriptedToss
) -> None:
    """A message that waits for its customer can be found by its order."""
    asked = offer()
    page = as_superuser.get("/admin/payments/question/?q=ORD-1")
    assert asked.envelope.message_id.encode() in page.content
    one = f"/admin/payments/question/{quote(asked.envelope.message_id)}/change/"
    assert as_superuser.get(one).status_code == 200
    assert as_superuser.post(one, {"topic": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("group", "status"), [("operator", "REFUNDED"), ("viewer", "SUCCESS")]
)
def test_the_action_is_for_operators(group: str, status: str) -> None:
    """A viewer sees payments and cannot give them back."""
    row = PaymentFactory.create(order_id=ORDER)
    browser = as_one_of(group)
    assert browser.get(LIST).status_code == 200
    post_action(browser, row)
    assert payment().status == status
