"""A Toss whose network is a function, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import httpx

from payment_svc.payments.gateway.remote import ChargeAgreed, Confirm, GiveBack
from payment_svc.payments.gateway.toss.client import Toss
from payment_svc.payments.gateway.toss.settings import TossSettings

SECRET_KEY = "test_sk_4Ff9Kp2LqXwZ"
BILLING_KEY = "billing-Zq7_Wv=="
CUSTOMER_KEY = "customer-Hj3.x@y"
PAYMENT_KEY = "tviva20260301120000AbCd9"
WEBHOOK_SECRET = "ps_Nb8Rt5Yu1Io"

SETTINGS = TossSettings(
    api_url="https://toss.test",
    secret_key=SECRET_KEY,
    billing_key=BILLING_KEY,
    customer_key=CUSTOMER_KEY,
)

CONFIRM = Confirm(
    idempotency_key="PAY-1/charge-0",
    payment_key=PAYMENT_KEY,
    order_id="ORD-12345",
    amount=Decimal("29.90"),
)
CHARGE = ChargeAgreed(
    idempotency_key="PAY-2/charge-0",
    order_id="ORD-12345",
    order_name="ORD-12345",
    amount=Decimal("30.00"),
)
GIVE_BACK = GiveBack(
    idempotency_key="REF-1/0",
    payment_key=PAYMENT_KEY,
    amount=Decimal("9.90"),
    reason="too late",
)


def payment(**fields: Any) -> dict[str, Any]:
    """A Payment of Toss's, charged, as its JSON has it."""
    return {
        "version": "2022-11-16",
        "paymentKey": PAYMENT_KEY,
        "type": "NORMAL",
        "orderId": "ORD-12345",
        "currency": "USD",
        "totalAmount": 29.90,
        "balanceAmount": 29.90,
        "status": "DONE",
        "requestedAt": "2026-03-01T21:00:00+09:00",
        "approvedAt": "2026-03-01T21:00:09+09:00",
        "lastTransactionKey": "TX-1",
        "receipt": {"url": "https://toss.test/receipts/1"},
        "card": {"number": "42424242****4242", "amount": 29.90},
        "failure": None,
        "secret": WEBHOOK_SECRET,
        **fields,
    }


Reply = httpx.Response | Exception


def paid(**fields: Any) -> httpx.Response:
    """The answer that has the payment."""
    return httpx.Response(200, json=payment(**fields))


def refused(status: int, code: str, message: str = "No.") -> httpx.Response:
    """An error in Toss's form."""
    return httpx.Response(status, json={"code": code, "message": message})


@dataclass
class Network:
    """Answers each request with the next reply, the last one for ever; keeps them."""

    replies: Sequence[Reply]
    requests: list[httpx.Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        reply = self.replies[min(len(self.requests), len(self.replies) - 1)]
        self.requests.append(request)
        if isinstance(reply, Exception):
            raise reply
        # Unread, as one from the network.
        return httpx.Response(
            reply.status_code,
            headers=reply.headers,
            stream=httpx.ByteStream(reply.content),
        )

    @property
    def paths(self) -> list[str]:
        """Where the requests went, as they were sent."""
        return [request.url.raw_path.decode() for request in self.requests]


def toss(*replies: Reply, **settings: Any) -> tuple[Toss, Network]:
    """A client of a network that gives these replies."""
    network = Network(replies or [paid()])
    client = Toss(
        replace(SETTINGS, **settings),
        transport=httpx.MockTransport(network),
        pause=network.pauses.append,
    )
    return client, network


Asking = Callable[[Toss], Any]

ASKINGS: dict[str, Asking] = {
    "confirm": lambda client: client.confirm(CONFIRM),
    "billing": lambda client: client.charge(CHARGE),
    "cancel": lambda client: client.give_back(GIVE_BACK),
    "find": lambda client: client.find(payment_key=PAYMENT_KEY),
}
