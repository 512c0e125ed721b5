"""Toss's API as the contract tests call it, whoever stands behind it."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest

SANDBOX_KEY = "test_sk_sandbox"
PATIENCE_S = 70
VARIABLES = (
    "TOSS_API_URL",
    "TOSS_SECRET_KEY",
    "TOSS_BILLING_KEY",
    "TOSS_CUSTOMER_KEY",
)
TRUSTED = ssl.create_default_context()  # made once: it takes longer than a call
# Taken in dollars as in won.
AMOUNT = 1_000

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body; its numbers are exact."""

    status: int
    body: Body

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and code of an error."""
        return self.status, str(self.body.get("code"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TossApi:
    """The calls of Toss's contract, with the merchant's secret key."""

    url: str
    secret_key: str
    billing_key: str
    customer_key: str

    @property
    def is_sandbox(self) -> bool:
        """True where a program can be the customer in the window."""
        return self.secret_key == SANDBOX_KEY

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        **headers: str,
    ) -> Answer:
        """One call; `key` takes the place of the secret key."""
        response = httpx.request(
            method,
            f"{self.url}{path}",
            json=body,
            auth=(self.secret_key if key is None else key, ""),
            headers={name.replace("_", "-"): one for name, one in headers.items()},
            timeout=PATIENCE_S,
            verify=TRUSTED,
        )
        return Answer(response.status_code, response.json(parse_float=Decimal))

    def confirm(self, body: Body, **headers: str) -> Answer:
        """Charge what the customer agreed to."""
        return self.call("POST", "/v1/payments/confirm", body, **headers)

    def cancel(
        self, payment_key: str, amount: int | None = None, **headers: str
    ) -> Answer:
        """Give back, all or a part."""
        part = {} if amount is None else {"cancelAmount": amount}
        path = f"/v1/payments/{payment_key}/cancel"
        return self.call("POST", path, {"cancelReason": "test", **part}, **headers)

    def bill(self, order_id: str, **headers: str) -> Answer:
        """Charge by the billing key. Skips where there is none."""
        if not (self.billing_key and self.customer_key):
            pytest.skip("needs TOSS_BILLING_KEY and TOSS_CUSTOMER_KEY")
        body = {
            "customerKey": self.customer_key,
            "orderId": order_id,
            "orderName": "Contract test",
            "amount": AMOUNT,
        }
        return self.call("POST", f"/v1/billing/{self.billing_key}", body, **headers)

    def find(self, payment_key: str) -> Answer:
        """The payment of this key."""
        return self.call("GET", f"/v1/payments/{payment_key}")

    def find_order(self, order_id: str) -> Answer:
        """The payment of this order."""
        return self.call("GET", f"/v1/payments/orders/{order_id}")

    def agreed(self, card: str = "4242424242424242") -> Body:
        """What the window gives when the customer has agreed: a confirm's body."""
        if not self.is_sandbox:
            pytest.skip("needs a person who enters a card in Toss's window")
        body = {"orderId": new_order_id(), "amount": AMOUNT, "cardNumber": card}
        answer = self.call("POST", "/sandbox/payments", body)
        assert answer.status == 201, answer
        return answer.body


def new_order_id() -> str:
    """An order id that Toss has never seen."""
    return f"contract-{uuid4().hex}"


def of_the_environment() -> TossApi | None:
    """The one that TOSS_SECRET_KEY and TOSS_API_URL name; None without both."""
    url, secret, billing, customer = (os.environ.get(name, "") for name in VARIABLES)
    if not (url and secret):
        return None
    if secret.startswith("live_"):
        raise pytest.UsageError(
            "TOSS_SECRET_KEY is a live key: tests would move money."
        )
    return TossApi(
        url=url.rstrip("/"),
        secret_key=secret,
        billing_key=billing,
        customer_key=customer,
    )
