"""What must stay between Toss and us is told to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.test import APIClient

from common.messaging.models import OutboxMessage
from payment_svc.payments import gateway
from payment_svc.payments.gateway.remote import Confirm, RemotePayment
from payment_svc.payments.models import Payment
from payment_svc.tests.acts import offer
from payment_svc.tests.factories import ORDER, TOTAL, handle, payment, refund
from payment_svc.tests.toss import ScriptedToss

records = pytest.importorskip("payment_svc.payments.gateway.toss.records")

pytestmark = pytest.mark.django_db

SECRETS = {"secret": "ps_5ecret", "billingKey": "bk_5ecret", "customerKey": "ck_5ecret"}


@dataclass
class Telling(ScriptedToss):
    """It tells all it knows, and the adapter reads it."""

    def confirm(self, request: Confirm) -> RemotePayment:
        paid = super().confirm(request)
        body = {**paid.data, **SECRETS, "currency": paid.currency}
        found: RemotePayment = records.payment_of(body)
        self.by_key[paid.payment_key] = replace(paid, data=found.data)
        return found


@pytest.fixture
def telling() -> Iterator[Telling]:
    """Toss, with all that its record holds."""
    found = Telling()
    with gateway.remote_set_to(found):
        yield found


def paths() -> list[str]:
    """Every page and answer that shows a payment."""
    row = payment()
    return [
        "/api/payments",
        f"/api/payments/{row.payment_id}",
        f"/api/payments/order/{ORDER}",
        "/admin/payments/payment/",
        f"/admin/payments/payment/{quote(row.payment_id)}/change/",
        "/admin/payments/refund/",
        "/admin/payments/question/",
        "/api/messages/outbox?key=ORD-1",
        "/api/messages/inbox?key=ORD-1",
    ]


def test_no_answer_no_page_and_no_message_has_them(
    client: APIClient, telling: Telling, capfd: Any
) -> None:
    """Nor a column, nor a line of the log."""
    offer()
    body = {"paymentKey": telling.agree(ORDER, TOTAL), "orderId": ORDER}
    answer = client.post(
        "/api/payments/confirm", {**body, "amount": 1999.98}, format="json"
    )
    assert answer.json()["tossPaymentData"]["paymentKey"] == "key-ORD-1"
    handle(refund())
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    shown = [answer.content]
    for path in paths():
        page = browser.get(path)
        assert page.status_code == 200, path
        shown.append(page.content)
    shown += [bytes(row.value) for row in OutboxMessage.objects.all()]
    shown += [repr(vars(row)).encode() for row in Payment.objects.all()]
    shown.append("".join(capfd.readouterr()).encode())
    assert b"key-ORD-1" in b"".join(shown)
    assert not [text for text in shown if b"5ecret" in text]
