"""The payment service over HTTP, as the contract has it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from common.web.models import AuditEntry
from payment_svc.payments.models import Payment, Refund
from payment_svc.tests.factories import ORDER, PaymentFactory, payment

pytestmark = pytest.mark.django_db

REFUND = f"/api/payments/order/{ORDER}/refund"


def test_a_payment_as_the_contract_has_it(client: APIClient) -> None:
    """Every member, camelCase, money as a number, times with Z, null for none."""
    PaymentFactory(order_id=ORDER)
    answer = client.get("/api/payments/PAY-ORD-1-1")
    assert answer.status_code == 200
    assert answer.json() == {
        "paymentId": "PAY-ORD-1-1",
        "orderId": "ORD-1",
        "customerId": "CUST001",
        "amount": 1999.98,
        "refundedAmount": 0.0,
        "currency": "USD",
        "status": "SUCCESS",
        "paymentMethod": "AUTO",
        "transactionId": "SIM-PAY-ORD-1-1",
        "tossPaymentKey": None,
        "tossOrderId": None,
        "receiptUrl": None,
        "failureReason": None,
        "expiresAt": None,
        "processedAt": None,
        "refundedAt": None,
        "createdAt": "2026-03-01T12:00:00.123Z",
        "updatedAt": "2026-03-01T12:00:00.123Z",
    }
    assert b'"amount":1999.98' in answer.content


def test_the_payment_of_an_order(client: APIClient) -> None:
    """It is that of the latest attempt."""
    PaymentFactory(order_id=ORDER, attempt=1, status="FAILED")
    PaymentFactory(order_id=ORDER, attempt=2)
    answer = client.get(f"/api/payments/order/{ORDER}")
    assert (answer.status_code, answer.json()["paymentId"]) == (200, "PAY-ORD-1-2")


def test_all_attempts_at_an_order(client: APIClient) -> None:
    """Oldest first, each with Toss's record and its refunds."""
    PaymentFactory(order_id=ORDER, attempt=2)
    PaymentFactory(order_id=ORDER, provider="toss", toss_data='{"status": "CANCELED"}')
    client.post(REFUND, {"reason": "a gift", "amount": 1.5})
    PaymentFactory(order_id="ORD-2")
    answer = client.get(f"/api/payments/order/{ORDER}/attempts").json()
    first, second = answer["data"]
    assert (first["attempt"], first["tossPaymentData"], first["refunds"]) == (
        1,
        {"status": "CANCELED"},
        [],
    )
    assert first["provider"] == "toss"
    assert second["payment"]["refundedAmount"] == 1.5
    assert (second["provider"], second["tossPaymentData"]) == (None, None)
    (refund,) = second["refunds"]
    assert refund.pop("transactionId").startswith("SIM-")
    assert refund == {
        "refundId": "PAY-ORD-1-2/after-0.00",
        "amount": 1.5,
        "reason": "a gift",
        "requestedBy": "anonymous@127.0.0.1",
        "status": "DONE",
        "failure": None,
        "createdAt": "2026-03-01T12:00:00.123Z",
    }


def test_attempts_at_an_order_that_never_came_are_none(client: APIClient) -> None:
    """Whoever tells an order's story asks before there is a payment, too."""
    answer = client.get("/api/payments/order/ORD-9/attempts")
    assert (answer.status_code, answer.json()) == (200, {"data": []})


def test_attempts_take_two_queries(
    client: APIClient, django_assert_num_queries: Any
) -> None:
    """However many there are."""
    for attempt in range(1, 6):
        PaymentFactory(order_id=ORDER, attempt=attempt)
    with django_assert_num_queries(2):
        client.get(f"/api/payments/order/{ORDER}/attempts")


@pytest.mark.parametrize(
    "path",
    [
        "/api/payments/PAY-9",
        "/api/payments/order/ORD-9",
        "/api/payments/order/%27%3B--",
        "/api/payments/%00",
        "/api/payments/" + "x" * 300,
    ],
)
def test_what_is_not_there_is_a_404(client: APIClient, path: str) -> None:
    """A problem, never a 500, whatever characters the id has."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "NOT_FOUND"


def test_a_list_without_page_is_bare(client: APIClient) -> None:
    """As the seed answered: an array, newest first."""
    PaymentFactory(order_id="A")
    PaymentFactory(order_id="B")
    answer = client.get("/api/payments").json()
    assert [one["orderId"] for one in answer] == ["B", "A"]


def test_a_list_with_page_has_a_pagination(client: APIClient) -> None:
    """The contract's {data, pagination}."""
    for number in range(3):
        PaymentFactory(order_id=f"ORD-{number}")
    answer = client.get("/api/payments?page=2&limit=2").json()
    assert [one["orderId"] for one in answer["data"]] == ["ORD-0"]
    assert answer["pagination"] == {
        "currentPage": 2,
        "totalPages": 2,
        "totalCount": 3,
        "limit": 2,
        "hasNextPage": False,
        "hasPrevPage": True,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("orderId=ORD-1", {"ORD-1"}),
        ("orderId=ORD-1,ORD-3", {"ORD-1", "ORD-3"}),
        ("orderId=ORD-1,ORD-3&status=FAILED", {"ORD-3"}),
        ("customerId=CUST002", {"ORD-2"}),
        ("status=FAILED", {"ORD-3"}),
        ("status=SUCCESS&customerId=CUST001", {"ORD-1"}),
        ("customerId=nobody", set()),
        ("status=", {"ORD-1", "ORD-2", "ORD-3"}),
    ],
)
def test_filters(client: APIClient, query: str, found: set[str]) -> None:
    """By order, customer and status; an empty one filters nothing."""
    PaymentFactory(order_id="ORD-1")
    PaymentFactory(order_id="ORD-2", customer_id="CUST002")
    PaymentFactory(order_id="ORD-3", customer_id="CUST003", status="FAILED")
    answer = client.get(f"/api/payments?{query}").json()
    assert {one["orderId"] for one in answer} == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("limit=1000", "limit"),
        ("limit=-1", "limit"),
        ("page=x", "page"),
        ("status=NOPE", "status"),
        ("orderId=%00", "orderId"),
    ],
)
def test_a_wrong_query_is_a_400(client: APIClient, query: str, field: str) -> None:
    """The parameter is named."""
    answer = client.get(f"/api/payments?{query}")
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_refund_of_all(client: APIClient) -> None:
    """{message, payment}; a repeat answers the same."""
    PaymentFactory(order_id=ORDER)
    first = client.post(REFUND, {"reason": "damaged"}, format="json")
    again = client.post(REFUND, format="json")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["message"] == "Payment refunded successfully"
    shown = first.json()["payment"]
    assert (shown["status"], shown["refundedAmount"], shown["refundedAt"]) == (
        "REFUNDED",
        1999.98,
        "2026-03-01T12:00:00.123Z",
    )
    assert AuditEntry.objects.get().actor == "anonymous@127.0.0.1"


def test_refund_in_part(client: APIClient) -> None:
    """An amount leaves the payment SUCCESS."""
    PaymentFactory(order_id=ORDER)
    answer = client.post(REFUND, {"amount": 0.99, "reason": "late"}, format="json")
    shown = answer.json()["payment"]
    assert answer.json()["message"] == "Payment refunded in part"
    assert (shown["status"], shown["refundedAmount"]) == ("SUCCESS", 0.99)
    assert Refund.objects.get().reason == "late"


def test_a_key_refunds_once(client: APIClient) -> None:
    """The same key and body replay; another body is a 422."""
    PaymentFactory(order_id=ORDER)
    client.credentials(HTTP_IDEMPOTENCY_KEY="k1")
    first = client.post(REFUND, {"amount": 1}, format="json")
    again = client.post(REFUND, {"amount": 1}, format="json")
    other = client.post(REFUND, {"amount": 2}, format="json")
    assert first.json() == again.json()
    assert other.status_code == 422
    assert payment().refunded_amount == Decimal(1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": 10**15}, "amount"),
        ({"amount": 2000}, "amount"),
        ({"amount": 0.001}, "amount"),
        ({"amount": "1.00"}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": []}, "amount"),
        ({"reason": 5}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "a\x07b"}, "reason"),
        ([], "body"),
    ],
)
def test_a_wrong_body_is_a_400(client: APIClient, body: Any, field: str) -> None:
    """The field is named and nothing is written."""
    PaymentFactory(order_id=ORDER)
    answer = client.post(REFUND, body, format="json")
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert payment().refunded_amount == 0
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("text", ["{", '{"amount": NaN}', '{"amount": Infinity}', "\\"])
def test_broken_json_is_a_400(client: APIClient, text: str) -> None:
    """Never a 500."""
    PaymentFactory(order_id=ORDER)
    answer = client.post(REFUND, text, content_type="application/json")
    assert answer.status_code == 400
    assert payment().refunded_amount == 0


def test_a_huge_body_is_a_413(client: APIClient) -> None:
    """10 MB are not read."""
    text = '{"reason": "' + "x" * 10_000_000 + '"}'
    answer = client.post(REFUND, text, content_type="application/json")
    assert answer.status_code == 413


def test_refund_of_what_was_not_paid(client: APIClient) -> None:
    """409 with a code."""
    PaymentFactory(order_id=ORDER, status="FAILED")
    answer = client.post(REFUND, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_PAID")


def test_refund_of_an_unknown_order(client: APIClient) -> None:
    """404, and the key stays free."""
    answer = client.post(REFUND, format="json", HTTP_IDEMPOTENCY_KEY="k")
    assert answer.status_code == 404
    PaymentFactory(order_id=ORDER)
    answer = client.post(REFUND, format="json", HTTP_IDEMPOTENCY_KEY="k")
    assert answer.status_code == 200


def test_production_asks_who_is_there(client: APIClient, settings: Any) -> None:
    """Nobody unnamed reads or refunds."""
    PaymentFactory(order_id=ORDER)
    settings.APP_PROFILE = "production"
    assert client.get("/api/payments").status_code == 401
    assert client.post(REFUND, format="json").status_code == 401
    assert Payment.objects.get().refunded_amount == 0


def test_the_list_takes_two_queries(
    client: APIClient, django_assert_num_queries: Any
) -> None:
    """A count and a page, however many rows."""
    for _ in range(20):
        PaymentFactory()
    with django_assert_num_queries(2):
        client.get("/api/payments?limit=20")


def test_pages_for_people_and_the_schema(client: APIClient) -> None:
    """The list is browsable, and OpenAPI describes the refund."""
    PaymentFactory(order_id=ORDER)
    page = client.get("/api/payments", HTTP_ACCEPT="text/html")
    assert page.status_code == 200
    assert b"PAY-ORD-1-1" in page.content
    schema = client.get("/api/schema?format=json").json()
    assert "/api/payments/order/{order_id}/refund" in schema["paths"]
