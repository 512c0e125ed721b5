"""The order service over HTTP: the contract's shapes, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from rest_framework.test import APIClient

from common.messaging.models import OutboxMessage
from common.web.models import AuditEntry
from order_svc.orders.models import Order
from order_svc.tests.factories import NOW, OrderFactory

pytestmark = pytest.mark.django_db

Sent = Callable[[], list[dict[str, Any]]]
ITEM = {"productId": "PROD001", "productName": "Laptop", "quantity": 2, "price": 999.99}
BODY: dict[str, Any] = {"customerId": "CUST001", "items": [ITEM]}
FIELDS = [
    "orderId",
    "customerId",
    "items",
    "totalAmount",
    "paymentMethod",
    "mode",
    "status",
    "paymentId",
    "reservationId",
    "cancellationReason",
    "history",
    "createdAt",
    "updatedAt",
]


def with_item(**fields: Any) -> dict[str, Any]:
    """The body with another item."""
    item = {**ITEM, **fields}
    return {**BODY, "items": [{k: v for k, v in item.items() if v != "gone"}]}


def post(client: APIClient, body: Any, **headers: str) -> Any:
    """POST /api/orders."""
    text = body if isinstance(body, bytes | str) else msgspec.json.encode(body)
    return client.post(
        "/api/orders", data=text, content_type="application/json", headers=headers
    )


class TestPlace:
    """POST /api/orders."""

    def test_answers_201_with_the_order(self, client: APIClient) -> None:
        """The shape is the contract's, to the letter."""
        answer = post(client, BODY)
        assert answer.status_code == 201
        body = answer.json()
        assert list(body) == ["message", "order", "orderId"]
        assert body["message"] == "Order created successfully"
        order_id = body["orderId"]
        assert answer["Location"] == f"/api/orders/{order_id}"
        assert list(body["order"]) == FIELDS
        assert body["order"] == {
            "orderId": order_id,
            "customerId": "CUST001",
            "items": [ITEM],
            "totalAmount": 1999.98,
            "paymentMethod": "AUTO",
            "mode": "CHOREOGRAPHY",
            "status": "PENDING",
            "paymentId": None,
            "reservationId": None,
            "cancellationReason": None,
            "history": [
                {
                    "at": "2026-03-01T12:00:00.123Z",
                    "from": None,
                    "to": "PENDING",
                    "why": "ordered by the customer",
                }
            ],
            "createdAt": "2026-03-01T12:00:00.123Z",
            "updatedAt": "2026-03-01T12:00:00.123Z",
        }

    def test_starts_the_choreography_in_the_trace_of_the_request(
        self, client: APIClient, sent: Sent
    ) -> None:
        """One order.created, with the caller's trace."""
        trace = f"00-{'a' * 32}-{'b' * 16}-01"
        order_id = post(client, BODY, traceparent=trace).json()["orderId"]
        [event] = sent()
        assert (event["topic"], event["key"]) == ("order.created", order_id)
        assert event["headers"]["traceparent"] == trace

    def test_costs_two_statements(
        self, client: APIClient, django_assert_num_queries: Any
    ) -> None:
        """Savepoint in and out (the test's own), and two inserts."""
        post(client, BODY)
        with django_assert_num_queries(4):
            post(client, BODY)

    def test_the_same_key_and_body_replay_the_answer(self, client: APIClient) -> None:
        """One order, however often it is sent."""
        headers = {"Idempotency-Key": "key-1"}
        first = post(client, BODY, **headers)
        again = post(client, BODY, **headers)
        assert again.status_code == 201
        assert again.json() == first.json()
        assert again["Location"] == first["Location"]
        assert Order.objects.count() == 1
        assert OutboxMessage.objects.count() == 1

    def test_the_same_key_with_another_body_is_422(self, client: APIClient) -> None:
        """And makes no second order."""
        headers = {"Idempotency-Key": "key-1"}
        post(client, BODY, **headers)
        answer = post(client, with_item(quantity=3), **headers)
        assert answer.status_code == 422
        assert answer.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
        assert Order.objects.count() == 1

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"items": [ITEM]}, "customerId"),
            ({"customerId": "CUST001"}, "items"),
            ({**BODY, "items": []}, "items"),
            ({**BODY, "items": "PROD001"}, "items"),
            ({**BODY, "items": [1]}, "items[0]"),
            ({**BODY, "items": [ITEM] * 101}, "items"),
            ({**BODY, "customerId": 7}, "customerId"),
            ({**BODY, "customerId": None}, "customerId"),
            ({**BODY, "customerId": ""}, "customerId"),
            ({**BODY, "customerId": "a b\n"}, "customerId"),
            ({**BODY, "customerId": "x" * 65}, "customerId"),
            ({**BODY, "paymentMethod": "CASH"}, "paymentMethod"),
            (with_item(quantity=0), "items[0].quantity"),
            (with_item(quantity=-1), "items[0].quantity"),
            (with_item(quantity=10**12), "items[0].quantity"),
            (with_item(quantity="2"), "items[0].quantity"),
            (with_item(quantity=1.5), "items[0].quantity"),
            (with_item(quantity=True), "items[0].quantity"),
            (with_item(quantity="gone"), "items[0].quantity"),
            (with_item(price=-0.01), "items[0].price"),
            (with_item(price="999.99"), "items[0].price"),
            (with_item(price=0.001), "items[0].price"),
            (with_item(price=10**15), "items[0].price"),
            (with_item(price="gone"), "items[0].price"),
            (with_item(price=99_999_999, quantity=1_000_000), "items"),
            (with_item(productId="gone"), "items[0].productId"),
            (with_item(productId=""), "items[0].productId"),
            (with_item(productId="NOPE"), "items[0].productId"),
            (with_item(productName="x" * 201), "items[0].productName"),
            ([BODY], "body"),
        ],
    )
    def test_bad_input_is_400_and_names_the_field(
        self, client: APIClient, body: Any, field: str
    ) -> None:
        """Nothing is written."""
        answer = post(client, body)
        assert answer.status_code == 400, answer.content
        assert answer["Content-Type"] == "application/problem+json"
        assert field in [error["field"] for error in answer.json()["errors"]]
        assert {"error", "message"} <= answer.json().keys()
        assert not Order.objects.exists()
        assert not OutboxMessage.objects.exists()

    @pytest.mark.parametrize(
        ("text", "status"),
        [
            (b"{", 400),
            (b"", 400),
            (b"null", 400),
            (b'{"customerId": "C", "items": [{"price": NaN}]}', 400),
            (b'{"customerId": "C", "items": [{"price": Infinity}]}', 400),
            (b'{"customerId": "a\\u0000b", "items": []}', 400),
            (b"\xff\xfe", 400),
            (b"[" * 100_000, 400),
            (b" " * (10 * 1024 * 1024), 413),
        ],
    )
    def test_what_is_no_json_is_refused(
        self, client: APIClient, text: bytes, status: int
    ) -> None:
        """Broken, hostile or huge: a problem, never a 500."""
        answer = post(client, text)
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert not Order.objects.exists()

    def test_a_form_is_not_json(self, client: APIClient) -> None:
        """415."""
        form = "application/x-www-form-urlencoded"
        answer = client.post("/api/orders", data="a=b", content_type=form)
        assert answer.status_code == 415


class TestList:
    """GET /api/orders."""

    def test_is_a_bare_array_newest_first(self, client: APIClient) -> None:
        """As the seed answered."""
        OrderFactory(order_id="A")
        OrderFactory(order_id="B", created_at=NOW + timedelta(seconds=1))
        answer = client.get("/api/orders")
        assert [order["orderId"] for order in answer.json()] == ["B", "A"]
        assert list(answer.json()[0]) == FIELDS
        assert "Link" not in answer

    def test_a_bare_array_ends_at_1000_and_links_to_the_rest(
        self, client: APIClient
    ) -> None:
        """No client is drowned, and none is cut off."""
        Order.objects.bulk_create(OrderFactory.build_batch(1001))
        answer = client.get("/api/orders?customerId=CUST001")
        assert len(answer.json()) == 1000
        assert answer["Link"] == (
            "<http://testserver/api/orders?customerId=CUST001&limit=100&page=11>; "
            'rel="next"'
        )
        rest = client.get("/api/orders?customerId=CUST001&limit=100&page=11")
        assert len(rest.json()["data"]) == 1

    def test_pages(self, client: APIClient) -> None:
        """The contract's {data, pagination}."""
        OrderFactory.create_batch(5)
        answer = client.get("/api/orders?page=2&limit=2").json()
        assert [order["orderId"][-1] for order in answer["data"]]
        assert len(answer["data"]) == 2
        assert answer["pagination"] == {
            "currentPage": 2,
            "totalPages": 3,
            "totalCount": 5,
            "limit": 2,
            "hasNextPage": True,
            "hasPrevPage": True,
        }

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", "ABCD"),
            ("status=", "ABCD"),
            ("status=FAILED", "A"),
            ("status=FAILED,PENDING", "ABC"),
            ("status=FAILED&status=COMPLETED", "AD"),
            ("status[]=FAILED&status[]=COMPLETED", "AD"),
            ("mode=ORCHESTRATION", "C"),
            ("customerId=X", "AB"),
            ("customerId=X&status=PENDING&mode=CHOREOGRAPHY", "B"),
            ("customerId=NOBODY", ""),
            ("orderId=A,C,NONE", "AC"),
            ("orderId=A&orderId=D&status=COMPLETED", "D"),
            ("orderId=", "ABCD"),
        ],
    )
    def test_filters(self, client: APIClient, query: str, expected: str) -> None:
        """One value, several, or none."""
        OrderFactory(order_id="A", customer_id="X", status="FAILED")
        OrderFactory(order_id="B", customer_id="X")
        OrderFactory(order_id="C", mode="ORCHESTRATION")
        OrderFactory(order_id="D", status="COMPLETED")
        answer = client.get(f"/api/orders?{query}")
        assert answer.status_code == 200
        assert "".join(sorted(one["orderId"] for one in answer.json())) == expected

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("status=NOPE", "status"),
            ("status=FAILED,NOPE", "status"),
            ("status[]=failed", "status"),
            ("mode=BOTH", "mode"),
            ("customerId=%00", "customerId"),
            ("orderId=A,%00", "orderId"),
            (f"orderId={'x' * 101}", "orderId"),
            (f"orderId={','.join(map(str, range(101)))}", "orderId"),
            (f"customerId={'x' * 101}", "customerId"),
            ("page=0", "page"),
            ("page=-1", "page"),
            ("page=one", "page"),
            ("page=99999999999999999999", "page"),
            ("limit=0", "limit"),
            ("limit=1000", "limit"),
        ],
    )
    def test_bad_queries_are_400_and_name_the_field(
        self, client: APIClient, query: str, field: str
    ) -> None:
        """Also the value, or what is allowed."""
        answer = client.get(f"/api/orders?{query}")
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == [field]

    def test_is_browsable(self, client: APIClient) -> None:
        """A person's browser gets DRF's page."""
        OrderFactory(order_id="ORD-1")
        answer = client.get("/api/orders", headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert b"ORD-1" in answer.content

    def test_the_page_offers_a_request_to_fill_in(self, client: APIClient) -> None:
        """Its members, and none that only an order has."""
        page = client.get("/api/orders", headers={"Accept": "text/html"}).content
        form = page.decode().split('name="_content"')[1].split("</textarea>")[0]
        assert "customerId" in form
        assert "paymentMethod" in form
        assert "orderId" not in form


class TestOne:
    """GET /api/orders/{orderId}."""

    def test_shows_the_order(self, client: APIClient) -> None:
        """As the list does."""
        OrderFactory(
            order_id="ORD-1",
            status="CANCELLED",
            payment_id="PAY-ORD-1-1",
            cancellation_reason="too late",
        )
        body = client.get("/api/orders/ORD-1").json()
        assert list(body) == FIELDS
        assert body["paymentId"] == "PAY-ORD-1-1"
        assert body["reservationId"] is None
        assert body["cancellationReason"] == "too late"

    @pytest.mark.parametrize(
        "order_id",
        ["ORD-X", "%00", "a%20b", "%F0%9F%98%80", "..%2F..", "'%3B--", "x" * 101],
    )
    def test_what_is_not_there_is_404(self, client: APIClient, order_id: str) -> None:
        """Whatever characters the id has."""
        path = f"/api/orders/{order_id}"
        for answer in (client.get(path), client.post(f"{path}/cancel")):
            assert answer.status_code == 404
            assert answer["Content-Type"] == "application/problem+json"


class TestCancel:
    """POST /api/orders/{orderId}/cancel."""

    def test_answers_202_with_the_order_cancelling(
        self, client: APIClient, sent: Sent
    ) -> None:
        """The event leaves, and the audit trail knows who asked."""
        OrderFactory(order_id="ORD-1")
        answer = client.post("/api/orders/ORD-1/cancel", {"reason": "too late"})
        assert answer.status_code == 202
        assert list(answer.json()) == ["message", "order"]
        assert answer.json()["message"] == "Order cancellation requested"
        assert answer.json()["order"]["status"] == "CANCELLING"
        assert answer.json()["order"]["cancellationReason"] == "too late"
        [event] = sent()
        assert event["topic"] == "order.cancelled"
        assert AuditEntry.objects.get().actor == "anonymous@127.0.0.1"

    def test_needs_no_body(self, client: APIClient) -> None:
        """The reason is optional."""
        OrderFactory(order_id="ORD-1")
        assert client.post("/api/orders/ORD-1/cancel").status_code == 202

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            ("CANCELLING", "CANCEL_IN_PROGRESS"),
            ("CANCELLED", "ORDER_ALREADY_CANCELLED"),
            ("FAILED", "ORDER_FAILED"),
        ],
    )
    def test_is_409_where_it_cannot_be(
        self, client: APIClient, status: str, code: str
    ) -> None:
        """With a code that says why."""
        OrderFactory(order_id="ORD-1", status=status)
        answer = client.post("/api/orders/ORD-1/cancel")
        assert answer.status_code == 409
        assert answer.json()["code"] == code
        assert not OutboxMessage.objects.exists()

    def test_the_same_key_replays(self, client: APIClient) -> None:
        """In place of a 409."""
        OrderFactory(order_id="ORD-1")
        headers = {"Idempotency-Key": "key-1"}
        first = client.post("/api/orders/ORD-1/cancel", headers=headers)
        again = client.post("/api/orders/ORD-1/cancel", headers=headers)
        assert (first.status_code, again.status_code) == (202, 202)
        assert again.json() == first.json()

    @pytest.mark.parametrize("reason", [7, "x" * 501, "a\u0007b", None])
    def test_a_bad_reason_is_400(self, client: APIClient, reason: Any) -> None:
        """The order is left alone."""
        OrderFactory(order_id="ORD-1")
        answer = client.post("/api/orders/ORD-1/cancel", {"reason": reason})
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == ["reason"]
        assert Order.objects.get().status == "PENDING"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/orders"),
        ("get", "/api/orders/ORD-1"),
        ("post", "/api/orders"),
        ("post", "/api/orders/ORD-1/cancel"),
    ],
)
def test_callers_from_elsewhere_need_a_right(
    client: APIClient, method: str, path: str
) -> None:
    """Even in the test profile only this machine is let in."""
    answer = getattr(client, method)(path, REMOTE_ADDR="10.0.0.9")
    assert answer.status_code in (401, 403)


def test_the_schema_describes_every_path(client: APIClient) -> None:
    """With the filters of the list and the answers of the POSTs."""
    schema = client.get("/api/schema", headers={"Accept": "application/json"}).json()
    orders = schema["paths"]["/api/orders"]
    names = {parameter["name"] for parameter in orders["get"]["parameters"]}
    assert {"customerId", "status", "mode", "page", "limit"} <= names
    assert "201" in orders["post"]["responses"]
    cancel = schema["paths"]["/api/orders/{order_id}/cancel"]["post"]
    assert "202" in cancel["responses"]
