"""How a service asks another one, and what each kind of answer is."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from common.web import context, peers

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"
URL = "https://me%40here:s%3Acret@payment.test/base"
GONE = httpx.ConnectError("Connection refused")
LATE = httpx.ReadTimeout("timed out")
CUT = httpx.RemoteProtocolError("")
PROBLEM = {"code": "THE_CODE", "detail": "The detail."}
TOLD = ("The detail.", "THE_CODE")


class Payment:
    """The payment service: what it answers, in turn, and what it was asked."""

    def __init__(self) -> None:
        self.answers: list[httpx.Response | httpx.HTTPError] = []
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The next answer; the last one stays."""
        self.asked.append(request)
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer


@pytest.fixture
def payment(monkeypatch: pytest.MonkeyPatch) -> Payment:
    """It says yes to everything."""
    found = Payment()
    found.answers = [answer(200, {"ok": True})]
    http = httpx.Client(base_url="http://x", transport=httpx.MockTransport(found))
    monkeypatch.setattr(peers, "client", {"payment": http}.__getitem__)
    return found


def answer(status: int, body: Any = None, *, text: str = "") -> httpx.Response:
    """An answer in JSON, or one that is a text."""
    if text:
        return httpx.Response(status, text=text)
    return httpx.Response(status, json=body)


ASKS: list[Callable[[], Any]] = [
    lambda: peers.get("payment", "/x"),
    lambda: peers.find("payment", "/x"),
    lambda: list(peers.rows("payment", "/x")),
    lambda: peers.content("payment", "/x"),
    lambda: peers.post("payment", "/x"),
    lambda: peers.delete("payment", "/x"),
]


class TestAnswers:
    """What each of them is."""

    @pytest.mark.parametrize("status", [200, 201, 202])
    def test_a_good_one_is_its_json(self, payment: Payment, status: int) -> None:
        """Fractions as decimals with their places."""
        payment.answers = [httpx.Response(status, content=b'{"a":29.90,"b":[1]}')]
        told = peers.get("payment", "/x")
        assert told == {"a": Decimal("29.90"), "b": [1]}
        assert str(told["a"]) == "29.90"

    @pytest.mark.parametrize(
        ("given", "said", "is_late"),
        [
            (GONE, (0, "Connection refused", ""), False),
            (CUT, (0, "RemoteProtocolError", ""), False),
            (LATE, (0, "timed out", ""), True),
            (answer(500, PROBLEM), (500, *TOLD), False),
            (answer(502, text="<html>"), (502, "", ""), False),
            (answer(503, [1]), (503, "", ""), False),
            (answer(503, PROBLEM), (503, *TOLD), False),
            (answer(504), (504, "", ""), False),
            (answer(408, PROBLEM), (408, *TOLD), False),
            (answer(425, PROBLEM), (425, *TOLD), False),
            (answer(429, PROBLEM), (429, *TOLD), False),
            # Somebody else's: a proxy's that does not find the service, say.
            (answer(404, text="<html>"), (404, "", ""), False),
            (answer(302, text="<html>"), (302, "", ""), False),
        ],
    )
    @pytest.mark.parametrize("ask", ASKS)
    def test_these_are_none_and_may_be_asked_for_again(
        self,
        payment: Payment,
        ask: Callable[[], Any],
        given: httpx.Response | httpx.HTTPError,
        said: tuple[int, str, str],
        is_late: bool,
    ) -> None:
        """However it was asked."""
        payment.answers = [given]
        with pytest.raises(peers.NoAnswer) as caught:
            ask()
        error = caught.value
        assert (error.status, error.detail, error.code) == said
        assert (error.service, error.is_late) == ("payment", is_late)
        assert error.is_strange is (error.status in {302, 404})
        assert str(error) == "the payment service does not answer"

    @pytest.mark.parametrize(
        "content",
        [b"", b"<html>", b"\xff", b'{"a":NaN}', b"[" * 5000, b"1e" + b"9" * 30],
    )
    def test_nor_can_what_is_no_json_be_used(
        self, payment: Payment, content: bytes
    ) -> None:
        """Whatever its status says."""
        payment.answers = [httpx.Response(200, content=content)]
        with pytest.raises(peers.NoAnswer, match="payment") as caught:
            peers.get("payment", "/x")
        assert (caught.value.status, caught.value.is_strange) == (200, True)

    @pytest.mark.parametrize(
        ("given", "refused"),
        [
            (answer(400, PROBLEM), (400, "THE_CODE", "The detail.")),
            (answer(409, PROBLEM), (409, "THE_CODE", "The detail.")),
            (answer(422, {}), (422, "", "")),
            (answer(301, PROBLEM), (301, "THE_CODE", "The detail.")),
            # Who is not let in is told so, by whomever.
            (answer(401, text="<html>"), (401, "", "")),
            (answer(403, PROBLEM), (403, "THE_CODE", "The detail.")),
        ],
    )
    @pytest.mark.parametrize("ask", ASKS)
    def test_these_are_a_no(
        self,
        payment: Payment,
        ask: Callable[[], Any],
        given: httpx.Response,
        refused: tuple[int, str, str],
    ) -> None:
        """However it was asked."""
        payment.answers = [given]
        with pytest.raises(peers.Refused) as caught:
            ask()
        error = caught.value
        assert error.service == "payment"
        assert (error.status, error.code, error.detail) == refused
        assert str(error).endswith(f" service says: {error.detail or error.status}")

    def test_what_is_not_there_may_be_nothing(self, payment: Payment) -> None:
        """For who looks for it."""
        payment.answers = [answer(404, PROBLEM)]
        assert peers.find("payment", "/x") is None
        with pytest.raises(peers.Refused, match="The detail"):
            peers.get("payment", "/x")

    def test_a_file_is_told_as_it_is(self, payment: Payment) -> None:
        """It need not be JSON."""
        payment.answers = [httpx.Response(200, content=b"\xff<html>")]
        assert peers.content("payment", "/x") == b"\xff<html>"

    def test_lists_are_read_as_far_as_they_are_wanted(self, payment: Payment) -> None:
        """Page by page."""
        payment.answers = [page(1, more=True), page(2, more=True), page(3, more=False)]
        found = peers.rows("payment", "/x", {"of": "a"})
        assert next(found) == {"n": 1}
        assert str(payment.asked[-1].url) == "http://x/x?of=a&page=1&limit=100"
        assert len(payment.asked) == 1
        assert list(found) == [{"n": 2}, {"n": 3}]

    @pytest.mark.parametrize("last", [[], 1, {"data": []}])
    def test_a_list_has_to_be_one(self, payment: Payment, last: Any) -> None:
        """Of the form that all of ours have."""
        payment.answers = [page(1, more=True), answer(200, last)]
        with pytest.raises(peers.NoAnswer):
            list(peers.rows("payment", "/x"))

    def test_a_list_without_an_end_is_none(
        self, payment: Payment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Rather than a request that never ends."""
        monkeypatch.setattr(peers, "MOST_PAGES", 3)
        payment.answers = [page(1, more=True)]
        with pytest.raises(peers.NoAnswer):
            list(peers.rows("payment", "/x"))
        assert len(payment.asked) == 3

    @pytest.mark.parametrize(
        "told",
        [{}, [], 1, {"data": []}, {"data": ["a"]}, {"data": [{"amount": "a lot"}]}],
    )
    def test_an_answer_that_lacks_something_is_none(self, told: Any) -> None:
        """For who reads it here."""
        with pytest.raises(peers.NoAnswer) as caught, peers.reading("payment"):
            Decimal(told["data"][0]["amount"])
        assert (caught.value.service, caught.value.status) == ("payment", 200)


def page(number: int, *, more: bool) -> httpx.Response:
    """One page of a list."""
    return answer(200, {"data": [{"n": number}], "pagination": {"hasNextPage": more}})


class TestQuestions:
    """What goes out."""

    def test_carries_the_ids_of_the_request(self, payment: Payment) -> None:
        """So the logs of all services tell of it together; outside of one, none."""
        context.begin({"HTTP_X_REQUEST_ID": "req-1", "HTTP_TRACEPARENT": TRACE})
        try:
            peers.get("payment", "/x")
        finally:
            context.end()
        peers.get("payment", "/x")
        within, outside = (one.headers for one in payment.asked)
        assert (within["X-Request-Id"], within["traceparent"]) == ("req-1", TRACE)
        assert not {"x-request-id", "traceparent"} & set(outside)

    def test_amounts_go_out_as_numbers(self, payment: Payment) -> None:
        """With their places."""
        peers.post("payment", "/x", {"amount": Decimal("29.90")})
        (sent,) = payment.asked
        assert sent.content == b'{"amount":29.90}'
        assert sent.headers["Content-Type"] == "application/json"

    def test_a_post_may_say_nothing(self, payment: Payment) -> None:
        """In JSON, too."""
        peers.post("payment", "/x")
        (sent,) = payment.asked
        assert sent.content == b"{}"
        assert not {"idempotency-key", "x-on-behalf-of"} & set(sent.headers)

    def test_names_its_key_and_the_person_who_acts(self, payment: Payment) -> None:
        """In letters that a header takes, whatever the name."""
        peers.post("payment", "/x", key="RUN/1", by="Jürgen 길동\n")
        peers.delete("payment", "/x", by="lee")
        posted, deleted = (one.headers for one in payment.asked)
        assert posted["Idempotency-Key"] == "RUN/1"
        assert posted["X-On-Behalf-Of"] == "J%C3%BCrgen%20%EA%B8%B8%EB%8F%99%0A"
        assert deleted["X-On-Behalf-Of"] == "lee"

    def test_waits_as_long_as_is_said(self, payment: Payment) -> None:
        """A few seconds else."""
        peers.get("payment", "/x")
        peers.post("payment", "/x", timeout=60.0)
        short, long = (one.extensions["timeout"] for one in payment.asked)
        assert (short["read"], short["connect"]) == (5.0, 1.5)
        assert (long["read"], long["connect"]) == (60.0, 60.0)


class TestClient:
    """Which all who ask a service share."""

    @pytest.fixture(autouse=True)
    def _address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PAYMENT_URL", URL)

    def test_the_password_is_in_a_header_only(self) -> None:
        """Errors show the address."""
        http = peers.client("payment")
        assert str(http.base_url) == "https://payment.test/base/"
        assert isinstance(http.auth, httpx.BasicAuth)
        signed = next(http.auth.auth_flow(http.build_request("GET", "/x")))
        assert signed.headers["Authorization"] == "Basic bWVAaGVyZTpzOmNyZXQ="

    def test_the_password_is_told_nobody(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Of a closed port, in truth."""
        monkeypatch.setenv("PAYMENT_URL", "http://me:s3cret@127.0.0.1:9")
        caplog.set_level(logging.DEBUG)
        with pytest.raises(peers.NoAnswer) as caught:
            peers.get("payment", "/x")
        assert caught.value.status == 0
        assert "peers.no_answer" in caplog.text
        assert "s3cret" not in caplog.text + caught.value.detail

    def test_it_keeps_no_cookies(self) -> None:
        """They would go out with everybody's requests."""
        http = peers.client("payment")
        asked = http.build_request("GET", "/x")
        given = httpx.Response(200, headers={"Set-Cookie": "a=b"}, request=asked)
        http.cookies.extract_cookies(given)
        assert not http.cookies

    def test_there_is_one_of_each_service(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As long as it stays where it is."""
        http = peers.client("payment")
        assert peers.client("payment") is http
        assert peers.client("order") is not http
        monkeypatch.setenv("PAYMENT_URL", "http://elsewhere")
        assert peers.client("payment") is not http

    @pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
    def test_a_fork_has_its_own(self) -> None:
        """Two processes on one connection would read each other's answers."""
        http = peers.client("payment")
        child = os.fork()
        if child == 0:
            os._exit(0 if peers.client("payment") is not http else 1)
        _, status = os.waitpid(child, 0)
        assert status == 0
        assert peers.client("payment") is http
