"""However many confirm an order at once, it is charged once."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pytest
from django.db import connection, connections
from rest_framework.test import APIClient

from payment_svc.payments.settlement import awaited
from payment_svc.tests.acts import offer, sent
from payment_svc.tests.factories import ORDER, TOTAL, payment
from payment_svc.tests.toss import DECLINED, Call, ScriptedToss

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("unpublished", "on_disk"),
]

CONFIRM = "/api/payments/confirm"
PAYMENT = "PAY-ORD-1-1"


@pytest.fixture
def many() -> int:
    """A hundred; fewer where each holds a connection out of a pool of ten."""
    return 100 if connection.vendor == "sqlite" else 8


def confirm_all(toss: ScriptedToss, keys: list[str]) -> list[Any]:
    """The answers to a confirm with each key; all have asked when Toss is called."""
    pause = threading.Event()  # never set

    def waits_for_all(call: Call) -> None:
        for _ in range(2000):
            if awaited._waiting[PAYMENT] == len(keys) - 1:
                return
            pause.wait(0.01)

    def ask(key: str) -> Any:
        body = {"paymentKey": key, "orderId": ORDER, "amount": 1999.98}
        try:
            return APIClient().post(CONFIRM, body, format="json")
        finally:
            connections.close_all()

    toss.before = waits_for_all
    with ThreadPoolExecutor(len(keys)) as pool:
        # Each with the test's clock, which a new thread would not have.
        asked = [pool.submit(copy_context().run, ask, key) for key in keys]
        return [each.result(25) for each in asked]


def test_one_charges_and_all_get_its_answer(toss: ScriptedToss, many: int) -> None:
    """The others are told that it was charged before."""
    offer()
    answers = confirm_all(toss, [toss.agree(ORDER, TOTAL)] * many)
    assert Counter(one.status_code for one in answers) == {200: many}
    bodies = [one.json() for one in answers]
    assert Counter(body.pop("cached") for body in bodies) == {False: 1, True: many - 1}
    assert bodies == [bodies[0]] * many
    assert bodies[0]["payment"]["status"] == "SUCCESS"
    assert bodies[0]["tossPaymentData"]["paymentKey"] == "key-ORD-1"
    assert (toss.asked(), toss.kept, len(sent())) == (1, TOTAL, 1)


def test_of_two_keys_one_is_charged(toss: ScriptedToss, many: int) -> None:
    """Two windows at once: who has the other key hears that it was not charged."""
    offer()
    keys = [toss.agree(ORDER, TOTAL, "one"), toss.agree(ORDER, TOTAL, "two")]
    answers = confirm_all(toss, keys * (many // 2))
    assert Counter(one.status_code for one in answers) == {
        200: many // 2,
        409: many // 2,
    }
    codes = {one.json().get("code") for one in answers if one.status_code == 409}
    assert codes == {"ALREADY_PAID"}
    assert (toss.asked(), toss.kept, len(sent())) == (1, TOTAL, 1)


def test_one_is_declined_and_all_hear_why(toss: ScriptedToss, many: int) -> None:
    """The card is not tried again for each of them."""
    offer()
    toss.will("confirm", DECLINED)
    answers = confirm_all(toss, [toss.agree(ORDER, TOTAL)] * many)
    assert {one.status_code for one in answers} == {402}
    assert {one.content for one in answers} == {answers[0].content}
    assert (toss.asked(), toss.kept, len(sent())) == (1, 0, 1)
    assert payment().status == "FAILED"
