"""How the payment service is asked, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from common.contracts import money
from common.contracts.base import Refused
from common.contracts.payment import PaymentProcessed
from common.recovery import client
from common.recovery.client import NotTaken
from common.web import peers
from tests.common.recovery.rows import REFUSAL, TOSS, row

PAID = {"payment": {"paymentId": "PAY-ORD-1-1", "transactionId": "key-1"}}
BOOKED = PaymentProcessed(payment_id="PAY-ORD-1-1", transaction_id="key-1")
Answer = Callable[[httpx.Request], httpx.Response]


def ensure(answer: Answer, **fields: Any) -> PaymentProcessed | Refused:
    """Ask a payment service that answers so."""
    transport = httpx.MockTransport(answer)
    http = httpx.Client(transport=transport, base_url="http://payment")
    with patch.object(peers, "client", {"payment": http}.__getitem__):
        return client.ensure(row(**fields))


def answering(status: int, body: Any = None) -> Answer:
    """Always this."""
    return lambda _: httpx.Response(status, json=body)


def body_sent(**fields: Any) -> dict[str, Any]:
    """What the payment service is sent."""
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        assert request.url.path == "/api/payments/create-from-toss"
        assert request.headers["content-type"] == "application/json"
        seen.append(request.content)
        return httpx.Response(201, json=PAID)

    ensure(answer, **fields)
    found: dict[str, Any] = json.loads(seen[0])
    return found


class TestQuestion:
    """What the payment service is told."""

    def test_it_has_all_that_is_known(self) -> None:
        """In the contract's names; the amount is a number."""
        assert body_sent(payment_id="PAY-1", attempt=2) == {
            "paymentId": "PAY-1",
            "orderId": "ORD-1",
            "customerId": "CUST-1",
            "amount": 59.98,
            "status": "DONE",
            "paymentKey": "key-1",
            "sagaId": "SAGA-1",
            "attempt": 2,
            "tossPaymentData": TOSS,
        }

    def test_what_is_not_known_is_left_out(self) -> None:
        """An order of the choreography has no saga."""
        body = body_sent(saga_id="")
        assert not {"sagaId", "paymentId"} & set(body)

    @pytest.mark.parametrize("key", [None, 7, "", "a/../b", "x" * 201, ["key"]])
    def test_an_odd_key_is_not_named(self, key: Any) -> None:
        """The payment is looked for by its order then."""
        refusal = Refused(
            reason="X", toss_payment_data={"status": "DONE", "paymentKey": key}
        )
        assert "paymentKey" not in body_sent(refusal=refusal)

    def test_an_odd_payment_id_is_not_named_either(self) -> None:
        """The payment service knows its own."""
        assert "paymentId" not in body_sent(payment_id="PAY 1\n")

    def test_whole_amounts_are_sent_whole(self) -> None:
        """Won have no decimal places, and a number that has some is refused."""
        with money.used(money.KRW):
            assert type(body_sent()["amount"]) is int


class TestAnswers:
    """What comes back."""

    @pytest.mark.parametrize("status", [200, 201])
    def test_a_payment_that_is_there_is_the_success(self, status: int) -> None:
        """Whether it was made just now or before."""
        assert ensure(answering(status, PAID)) == BOOKED

    def test_it_may_have_no_transaction(self) -> None:
        """The machine does not need one."""
        found = ensure(answering(200, {"payment": {"paymentId": "PAY-1"}}))
        assert found == PaymentProcessed(payment_id="PAY-1")

    @pytest.mark.parametrize(
        "code", ["PAYMENT_REFUNDED", "PAYMENT_CANCELLED", "AMOUNT_MISMATCH"]
    )
    def test_a_conflict_is_the_refusal_that_was_heard(self, code: str) -> None:
        """With why it is one; the money was there, so Toss's record stays."""
        found = ensure(answering(409, {"code": code, "detail": "It goes back."}))
        assert found == Refused(
            reason="TOSS_SUCCESS_DB_FAILED",
            message=f"{code}: It goes back.",
            toss_payment_data=TOSS,
        )

    @pytest.mark.parametrize("code", ["NOT_CHARGED_AT_TOSS", "NO_TOSS", ""])
    def test_what_toss_denies_is_not_kept_as_its_word(self, code: str) -> None:
        """Whoever said so was wrong."""
        found = ensure(answering(409, {"code": code, "detail": "Nothing."}))
        assert isinstance(found, Refused)
        assert (found.reason, found.toss_payment_data) == (REFUSAL.reason, None)

    @pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
    def test_not_now_is_no_answer(self, status: int) -> None:
        """It is asked again, whatever the body is."""
        with pytest.raises(peers.NoAnswer):
            ensure(lambda _: httpx.Response(status, content=b"<html>"))

    @pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 422])
    def test_what_it_does_not_take_needs_a_person(self, status: int) -> None:
        """Who is told what it says."""
        problem = {"detail": "customerId: must be a text", "errors": [1]}
        with pytest.raises(NotTaken, match=f"{status}: .*customerId: must be"):
            ensure(answering(status, problem))

    @pytest.mark.parametrize("content", [b"[]", b'{"payment":{}}'])
    def test_a_success_without_a_payment_is_none(self, content: bytes) -> None:
        """A person has to look why."""
        with pytest.raises(NotTaken, match="names no payment"):
            ensure(lambda _: httpx.Response(200, content=content))

    @pytest.mark.parametrize("status", [200, 302, 404])
    @pytest.mark.parametrize("content", [b"", b"<html>", b"\xff"])
    def test_nor_does_something_else_there_know(
        self, status: int, content: bytes
    ) -> None:
        """PAYMENT_URL leads to a wrong place, say."""
        with pytest.raises(NotTaken, match=f"what answers {status} there is no"):
            ensure(lambda _: httpx.Response(status, content=content))
