"""How the services are asked: by one client each, in the customer's story."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from common.web import context
from order_svc.storefront import calls
from order_svc.storefront.tests.conftest import Services

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


def test_a_call_carries_the_ids_of_the_customers_request(services: Services) -> None:
    """So the logs of all services tell of it together."""
    services.answer("/x", {"ok": True})
    context.begin({"HTTP_X_REQUEST_ID": "req-1", "HTTP_TRACEPARENT": TRACE})
    try:
        calls.ask("order", "/x")
    finally:
        context.end()
    (sent,) = services.asked
    assert sent.headers["X-Request-Id"] == "req-1"
    assert sent.headers["traceparent"] == TRACE


def test_amounts_stay_exact_on_both_ways(services: Services) -> None:
    """A decimal comes back as one, and goes out as a number."""
    services.answer("/x", {"amount": 0.1})
    assert calls.ask("order", "/x") == {"amount": Decimal("0.1")}
    services.answer("/x", {}, method="POST")
    calls.post("order", "/x", {"amount": Decimal("29.90")})
    assert services.posts("/x")[0].content == b'{"amount":29.90}'


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_who_is_at_fault_or_busy_is_away(services: Services, status: int) -> None:
    """Whatever else it says."""
    services.answer("/x", {"code": "UNAVAILABLE"}, status=status)
    with pytest.raises(calls.Away) as caught:
        calls.ask("payment", "/x")
    assert caught.value.service == "payment"


def test_what_is_in_doubt_is_an_answer(services: Services) -> None:
    """Though it has the status of an outage."""
    services.refuse("/x", 503, "PAYMENT_IN_DOUBT", "ask again")
    with pytest.raises(calls.Refused) as caught:
        calls.post("payment", "/x", {})
    refused = caught.value
    assert (refused.status, refused.code, refused.detail) == (
        503,
        "PAYMENT_IN_DOUBT",
        "ask again",
    )


def test_what_is_not_there_is_none(services: Services) -> None:
    """Any other refusal is one."""
    assert calls.find("order", "/nothing") is None
    services.answer("/x", {"code": "FORBIDDEN"}, status=403)
    with pytest.raises(calls.Refused, match="403 FORBIDDEN"):
        calls.find("order", "/x")


def test_a_page_in_place_of_json_is_an_outage(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a proxy's own."""

    def client(service: str) -> httpx.Client:
        def answer(request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, text="<html>")

        return httpx.Client(base_url="http://x", transport=httpx.MockTransport(answer))

    monkeypatch.setattr(calls, "client", client)
    with pytest.raises(calls.Away):
        calls.ask("order", "/x")
