"""Where browsers, Toss and the other services speak of Toss payments."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from payment_svc.payments import confirming
from payment_svc.payments.models import Payment
from payment_svc.tests.acts import offer, pay, sent, settle
from payment_svc.tests.conftest import Hands
from payment_svc.tests.factories import ORDER, TOTAL, PaymentFactory, payment
from payment_svc.tests.toss import DECLINED, NO_ANSWER, ScriptedToss

pytestmark = pytest.mark.django_db

CONFIRM = "/api/payments/confirm"
CREATE = "/api/payments/create-from-toss"
WEBHOOK = "/api/payments/webhook"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for what will not come."""
    monkeypatch.setattr(confirming, "DOUBT_S", 0.0)
    monkeypatch.setattr(confirming, "ARRIVAL_S", 0.0)


def post(client: APIClient, path: str, body: Any) -> Any:
    """A POST as whoever wants to may write it: any text there is, in ASCII."""
    return client.post(path, json.dumps(body), content_type="application/json")


def confirm(client: APIClient, key: str, **more: Any) -> Any:
    """What the customer's browser sends."""
    body = {"paymentKey": key, "orderId": ORDER, "amount": 1999.98, **more}
    return post(client, CONFIRM, body)


def create(client: APIClient, **more: Any) -> Any:
    """What a service sends that heard of a charge."""
    body = {
        "paymentId": "PAY-ORD-1-1",
        "orderId": ORDER,
        "customerId": "CUST001",
        "amount": 1999.98,
        "status": "DONE",
        **more,
    }
    return post(client, CREATE, body)


def test_a_confirm(client: APIClient, toss: ScriptedToss) -> None:
    """{message, payment, tossPaymentData, cached}; a repeat differs in cached only."""
    offer()
    key = toss.agree(ORDER, TOTAL)
    first, again = confirm(client, key), confirm(client, key)
    shown = first.json()
    assert (first.status_code, shown["message"], shown["cached"]) == (
        200,
        "Payment confirmed successfully",
        False,
    )
    assert again.json() == {**shown, "cached": True}
    assert shown["tossPaymentData"] == {
        "paymentKey": key,
        "orderId": ORDER,
        "status": "DONE",
        "totalAmount": 1999.98,
        "balanceAmount": 1999.98,
    }
    found = shown["payment"]
    assert (found["status"], found["amount"]) == ("SUCCESS", 1999.98)
    assert (found["tossPaymentKey"], found["tossOrderId"]) == (key, ORDER)
    assert found["receiptUrl"] == f"https://receipts.example/{key}"
    assert found["expiresAt"] == "2026-03-01T12:10:00.123Z"


def test_a_wrong_amount_names_the_field(client: APIClient, toss: ScriptedToss) -> None:
    """And Toss hears nothing of it."""
    offer()
    answer = confirm(client, "key", amount=1)
    assert (answer.status_code, answer.json()["code"]) == (400, "AMOUNT_MISMATCH")
    assert [one["field"] for one in answer.json()["errors"]] == ["amount"]
    assert toss.asked() == 0


def test_a_declined_card_is_a_402(client: APIClient, toss: ScriptedToss) -> None:
    """With Toss's code and words."""
    offer()
    toss.will("confirm", DECLINED)
    answer = confirm(client, toss.agree(ORDER, TOTAL))
    assert (answer.status_code, answer.json()["code"]) == (402, "REJECT_CARD_PAYMENT")
    assert answer.json()["message"] == "The bank said no."


def test_doubt_is_a_503_with_a_time(client: APIClient, toss: ScriptedToss) -> None:
    """The customer's browser may ask again."""
    offer()
    toss.will("confirm", NO_ANSWER)
    answer = confirm(client, toss.agree(ORDER, TOTAL))
    assert (answer.status_code, answer.json()["code"]) == (503, "PAYMENT_IN_DOUBT")
    assert answer["Retry-After"] == "1"


ODD: list[Any] = [None, True, 7, 1.5, [], {}, "", " ", "a/b", "a b", "../x", "ü"]
ODD += ["x" * 201, "{", "a?b=c", "a#b", "a%2Fb"]


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("field", ["paymentKey", "orderId"])
def test_an_odd_id_is_a_400(
    client: APIClient, toss: ScriptedToss, field: str, value: Any
) -> None:
    """It would go into an address at Toss: nothing is asked, nothing written."""
    offer()
    answer = confirm(client, "key", **{field: value})
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert (toss.asked(), payment().version) == (0, 1)


@pytest.mark.parametrize("amount", [None, True, "1999.98", -1, 0.001, 10**15, [], {}])
def test_an_odd_amount_is_a_400(
    client: APIClient, toss: ScriptedToss, amount: Any
) -> None:
    """The field is named."""
    offer()
    answer = confirm(client, "key", amount=amount)
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == ["amount"]
    assert toss.asked() == 0


@pytest.mark.parametrize("path", [CONFIRM, CREATE])
@pytest.mark.parametrize("body", [[], "text", 7, None, {}])
def test_what_is_no_object_is_a_400(client: APIClient, path: str, body: Any) -> None:
    """Never a 500."""
    assert post(client, path, body).status_code == 400


@pytest.mark.parametrize("path", [CONFIRM, CREATE, WEBHOOK])
@pytest.mark.parametrize("text", ["{", '{"amount": NaN}', "\\", "\x00", "[" * 5000])
def test_broken_json_is_a_400(client: APIClient, path: str, text: str) -> None:
    """Never a 500."""
    answer = client.post(path, text, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("path", [CONFIRM, CREATE, WEBHOOK])
@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
def test_half_a_character_or_none_is_a_400(
    client: APIClient, toss: ScriptedToss, path: str, text: str
) -> None:
    """No database takes it."""
    assert post(client, path, {"orderId": text, "a": [text]}).status_code == 400
    assert toss.asked() == 0


@pytest.mark.parametrize("path", [CONFIRM, CREATE, WEBHOOK])
def test_there_is_nothing_to_get(client: APIClient, path: str) -> None:
    """These are told, not read."""
    answer = client.get(path)
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"


def test_a_payment_is_made_from_toss(client: APIClient, toss: ScriptedToss) -> None:
    """201 the first time, 200 after that, and the same payment."""
    toss.charge_by_hand(toss.agree(ORDER, TOTAL))
    first, again = create(client), create(client)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["created"], again.json()["created"]) == (True, False)
    assert first.json()["message"] == "Payment created from Toss"
    assert again.json()["message"] == "The payment was there already"
    assert first.json()["payment"]["paymentId"] == "PAY-ORD-1-1"
    assert again.json()["payment"]["status"] == "SUCCESS"


@pytest.mark.parametrize("status", ["DONE", "CANCELED", "whatever"])
def test_what_the_body_says_of_the_status_counts_for_nothing(
    client: APIClient, toss: ScriptedToss, status: str
) -> None:
    """Toss knows nothing of the order: 409, and no document."""
    answer = create(client, status=status)
    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_CHARGED_AT_TOSS")
    assert Payment.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({}, ""),
        ({"paymentKey": "key-ORD-1"}, "key-ORD-1"),
        ({"tossPaymentData": {"paymentKey": "key-ORD-1"}}, "key-ORD-1"),
        ({"paymentKey": "a", "tossPaymentData": {"paymentKey": "b"}}, "a"),
        ({"tossPaymentData": {"paymentKey": 7}}, ""),
        ({"tossPaymentData": {"paymentKey": "a/b"}}, ""),
        ({"tossPaymentData": {"paymentKey": None}}, ""),
    ],
)
def test_where_the_payment_key_is_read(
    client: APIClient, toss: ScriptedToss, more: dict[str, Any], key: str
) -> None:
    """A field of its own, else Toss's record; nothing odd goes to Toss."""
    create(client, **more)
    assert toss.calls[0].request == {"payment_key": key, "order_id": ORDER}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("orderId", "a/b"),
        ("orderId", None),
        ("paymentId", 7),
        ("customerId", ""),
        ("amount", "1"),
        ("status", "x" * 41),
        ("paymentKey", "a b"),
        ("sagaId", "a/b"),
        ("attempt", 0),
        ("attempt", 1.5),
        ("attempt", 10**9),
        ("tossPaymentData", []),
    ],
)
def test_an_odd_field_of_create_is_a_400(
    client: APIClient, toss: ScriptedToss, field: str, value: Any
) -> None:
    """The field is named, and Toss is not asked."""
    answer = create(client, **{field: value})
    assert answer.status_code == 400
    assert field in answer.json()["errors"][0]["field"]
    assert toss.asked() == 0


def test_production_lets_only_operators_make_payments(
    client: APIClient, toss: ScriptedToss, settings: Any
) -> None:
    """The webhook is open, for nobody believes it."""
    settings.APP_PROFILE = "production"
    assert create(client).status_code == 401
    assert post(client, WEBHOOK, {}).status_code == 200
    assert toss.asked() == 0


def hook(order_id: Any = ORDER, **more: Any) -> dict[str, Any]:
    """Toss's news of an order."""
    data = {"orderId": order_id, "status": "DONE", "paymentKey": "k", **more}
    return {"eventType": "PAYMENT_STATUS_CHANGED", "data": data}


@pytest.mark.parametrize(
    "body", [hook(), {"orderId": ORDER, "status": "DONE", "secret": "s"}]
)
def test_a_webhook_of_either_form_makes_a_payment_due(
    client: APIClient, toss: ScriptedToss, hands: Hands, rung: list[Any], body: Any
) -> None:
    """The worker is rung; nothing that stands in the body is booked."""
    offer()
    answer = post(client, WEBHOOK, body)
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    row = payment()
    assert (row.status, row.next_look_at, row.toss_payment_key) == (
        "PENDING",
        hands.now,
        "",
    )
    assert (len(rung), toss.asked(), sent()) == (1, 0, {})


FORGED: list[Any] = [
    {},
    [],
    "text",
    7,
    None,
    {"data": None},
    {"data": []},
    {"data": "text"},
    {"data": {}},
    {"data": {"orderId": {"orderId": ORDER}}},
    *[hook(value) for value in ODD],
    *[{"orderId": value} for value in ODD],
    hook("ORD-9"),
    hook("ORD-1_9"),
    hook("ORD-1_" + "9" * 90),
    hook("' OR 1=1 --"),
    hook("ORD-2"),
    {"data": {"data": {"orderId": ORDER}}},
]


@pytest.mark.parametrize("body", FORGED)
def test_a_webhook_about_nothing_of_ours_changes_nothing(
    client: APIClient, toss: ScriptedToss, rung: list[Any], body: Any
) -> None:
    """200 all the same, or Toss would go on sending it."""
    offer()
    PaymentFactory(order_id="ORD-2", provider="simulator")
    answer = post(client, WEBHOOK, body)
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert (payment().version, payment("ORD-2").version) == (1, 1)
    assert (rung, toss.asked(), Payment.objects.count()) == ([], 0, 2)


@pytest.mark.parametrize(
    "forged",
    [
        hook(status="CANCELED", cancels=[{"cancelAmount": 1999.98}]),
        hook(status="ABORTED"),
        hook(status="DONE", totalAmount=1, balanceAmount=10**30),
    ],
)
def test_a_forged_webhook_about_a_paid_order_is_read_back(
    client: APIClient, toss: ScriptedToss, forged: Any
) -> None:
    """Toss says what is so, and the payment stays what it was."""
    offer()
    pay(toss)
    post(client, WEBHOOK, forged)
    assert settle()
    assert toss.asked("find") == 1
    row = payment()
    assert (row.status, row.next_look_at) == ("SUCCESS", None)
    assert row.refunded_amount == 0
    assert toss.kept == TOTAL


def test_a_webhook_as_a_form_changes_nothing(client: APIClient) -> None:
    """Toss sends JSON."""
    form = "application/x-www-form-urlencoded"
    answer = client.post(WEBHOOK, f"orderId={ORDER}", content_type=form)
    assert answer.status_code == 415


def test_the_schema_knows_them(client: APIClient) -> None:
    """OpenAPI describes the three."""
    paths = client.get("/api/schema?format=json").json()["paths"]
    for path in (CONFIRM, CREATE, WEBHOOK):
        assert "post" in paths[path]
