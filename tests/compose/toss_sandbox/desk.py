"""A merchant and its customer at the sandbox, through Django's test client."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.test import Client

from compose.toss_sandbox.models import TossPayment

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    Response = _MonkeyPatchedWSGIResponse
else:
    from django.http import HttpResponse

    Response = HttpResponse

AUTHORISED = base64.b64encode(b"test_sk_sandbox:").decode()
ORDER = "ORD-000001"
AMOUNT = 29.99

Body = dict[str, Any]


def bodied(response: Any) -> Body:
    """The JSON of an answer, its numbers exact."""
    found: Body = json.loads(response.content, parse_float=Decimal)
    return found


class Desk:
    """Calls the API with the merchant's key, and the sandbox's own interface."""

    def __init__(self, authorization: str = f"Basic {AUTHORISED}") -> None:
        self.client = Client(raise_request_exception=False)
        self._authorization = authorization

    def post(self, path: str, body: Any, **headers: str) -> Response:
        """A POST with the merchant's key; `body` is sent as JSON, or as it is."""
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            path,
            content,
            content_type="application/json",
            headers={"Authorization": self._authorization, **named},
        )

    def get(self, path: str, **headers: str) -> Response:
        """A GET with the merchant's key."""
        named = {"Authorization": self._authorization, **headers}
        return self.client.get(path, headers=named)

    def agree(self, order_id: str = ORDER, amount: float = AMOUNT, **more: Any) -> Body:
        """The customer has agreed: the body of a confirm."""
        body = {"orderId": order_id, "amount": amount, **more}
        response = self.post("/sandbox/payments", body)
        assert response.status_code == 201, response.content
        found: Body = json.loads(response.content)
        return found

    def confirm(self, body: Body, **headers: str) -> Response:
        """POST /v1/payments/confirm."""
        return self.post("/v1/payments/confirm", body, **headers)

    def paid(self, order_id: str = ORDER, amount: float = AMOUNT, **more: Any) -> str:
        """The key of a payment that was charged."""
        body = self.agree(order_id, amount, **more)
        assert self.confirm(body).status_code == 200
        return str(body["paymentKey"])

    def cancel(self, payment_key: str, body: Body, **headers: str) -> Response:
        """POST /v1/payments/{paymentKey}/cancel."""
        return self.post(f"/v1/payments/{payment_key}/cancel", body, **headers)

    def bill(self, billing_key: str = "billing_sandbox", **changed: Any) -> Response:
        """POST /v1/billing/{billingKey}."""
        body = {
            "customerKey": "customer_sandbox",
            "orderId": ORDER,
            "orderName": "Mouse",
            "amount": AMOUNT,
            **changed,
        }
        return self.post(f"/v1/billing/{billing_key}", body)

    def behave(self, **how: Any) -> Response:
        """PUT /sandbox/behaviour."""
        return self.client.put("/sandbox/behaviour", json.dumps(how))

    def log(self, query: str = "") -> list[Body]:
        """GET /sandbox/requests."""
        found = bodied(self.client.get(f"/sandbox/requests{query}"))
        assert found["count"] == len(found["requests"])
        requests: list[Body] = found["requests"]
        return requests


def payment_of(order_id: str = ORDER) -> TossPayment:
    """The one payment of this order."""
    return TossPayment.objects.get(order_id=order_id)
