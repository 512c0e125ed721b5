"""The line over real sockets: connections kept, and every way in which they break."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from common.contracts.money import USD
from payment_svc.payments.gateway.remote import InDoubt, NotDone
from payment_svc.payments.gateway.toss import asks, line
from payment_svc.payments.gateway.toss.answers import Answer
from payment_svc.payments.gateway.toss.line import Line
from payment_svc.tests.gateway.toss.doubles import (
    CONFIRM,
    PAYMENT_KEY,
    SETTINGS,
    payment,
)
from payment_svc.tests.gateway.toss.listening import (
    Conversation,
    Server,
    free_port,
    pays,
    serving,
)

ASK = asks.to_confirm(CONFIRM, USD)
LOOK = asks.to_find(PAYMENT_KEY, "")
# Waiting that must end is told apart from waiting for ever by this much.
PATIENCE_S = 15.0


@contextmanager
def line_to(address: str) -> Iterator[Line]:
    """A line, closed after the block."""
    found = Line(replace(SETTINGS, api_url=address))
    try:
        yield found
    finally:
        found.close()


def soon(seconds: float = PATIENCE_S) -> float:
    """A deadline."""
    return time.monotonic() + seconds


def wait_for_the_end(conversation: Conversation) -> None:
    """No answer while the test runs."""
    conversation.server.over.wait(PATIENCE_S)
    conversation.hang_up()


def test_connections_are_kept() -> None:
    """Ten calls one after the other are one handshake."""
    with serving(pays) as server, line_to(server.url) as toss:
        heard = [toss.exchange(ASK, soon()) for _ in range(10)]
    assert heard[-1] == Answer(200, heard[-1].body)  # type: ignore[union-attr]
    assert server.connections == 1
    assert len(server.requests) == 10


def test_many_threads_share_it() -> None:
    """Each gets the answer to its own question."""

    def echo(conversation: Conversation) -> None:
        conversation.say(200, json.dumps({"path": conversation.path}).encode())

    def ask(number: int) -> bool:
        look = asks.to_find("", f"ORD-{number}")
        heard = toss.exchange(look, soon())
        assert isinstance(heard, Answer)
        return bool(heard.body["path"] == f"/v1/payments/orders/ORD-{number}")

    with (
        serving(echo) as server,
        line_to(server.url) as toss,
        ThreadPoolExecutor(20) as threads,
    ):
        assert all(threads.map(ask, range(200)))
    assert server.connections <= 20


def test_every_request_is_ours() -> None:
    """By the secret key as user and no password; answers come plain and in English."""
    with serving(pays) as server, line_to(server.url) as toss:
        toss.exchange(ASK, soon())
    [(method, path, headers)] = server.requests
    assert (method, path) == ("POST", "/v1/payments/confirm")
    assert headers["Authorization"] == "Basic dGVzdF9za180RmY5S3AyTHFYd1o6"
    assert headers["Idempotency-Key"] == "PAY-1/charge-0"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Accept-Language"] == "en-US"


def test_nobody_there_means_nothing_done() -> None:
    """The request never left."""
    with line_to(f"http://127.0.0.1:{free_port()}") as toss:
        heard = toss.exchange(ASK, soon())
    assert isinstance(heard, NotDone)
    assert heard.code == "NOT_REACHED"
    assert heard.message == "Toss was not reached (ConnectError)."


def test_an_answer_that_does_not_come_leaves_doubt() -> None:
    """The request arrived, and by the deadline the wait is over."""
    begin = time.monotonic()
    with serving(wait_for_the_end) as server, line_to(server.url) as toss:
        heard = toss.exchange(ASK, soon(0.3))
        took = time.monotonic() - begin
        server.over.set()
    assert isinstance(heard, InDoubt)
    assert (heard.code, heard.answered) == ("NO_ANSWER", False)
    assert 0.3 <= took < PATIENCE_S
    assert len(server.requests) == 1


def breaks_at_once(conversation: Conversation) -> None:
    """The request is read, and nothing said."""
    conversation.hang_up()


def breaks_within_the_head(conversation: Conversation) -> None:
    """A piece of a status line."""
    conversation.wfile.write(b"HTTP/1.1 20")
    conversation.hang_up()


def breaks_within_the_body(conversation: Conversation) -> None:
    """Half of the payment: approved, and the answer is lost."""
    body = json.dumps(payment()).encode()
    conversation.begin(len(body))
    conversation.wfile.write(body[: len(body) // 2])
    conversation.hang_up()


def says_no_http(conversation: Conversation) -> None:
    """Something else listens there."""
    conversation.wfile.write(b"220 mail.example.com ESMTP\r\n\r\n")
    conversation.hang_up()


@pytest.mark.parametrize(
    "behaviour",
    [breaks_at_once, breaks_within_the_head, breaks_within_the_body, says_no_http],
)
@pytest.mark.parametrize("ask", [ASK, LOOK])
def test_a_line_that_breaks_after_sending_leaves_doubt(
    behaviour: object, ask: asks.Ask
) -> None:
    """Nobody knows what was done; nothing is sent a second time."""
    with serving(behaviour) as server, line_to(server.url) as toss:  # type: ignore[arg-type]
        heard = toss.exchange(ask, soon())
    assert isinstance(heard, InDoubt)
    assert (heard.code, heard.answered) == ("NO_ANSWER", False)
    assert len(server.requests) == 1


def test_an_answer_that_drips_has_the_same_deadline() -> None:
    """A byte in time for each time-out would go on for ever."""

    def drips(conversation: Conversation) -> None:
        conversation.begin(10_000)
        for _ in range(10_000):
            conversation.wfile.write(b" ")
            if conversation.server.over.wait(0.05):
                return

    begin = time.monotonic()
    with serving(drips) as server, line_to(server.url) as toss:
        heard = toss.exchange(LOOK, soon(0.4))
        took = time.monotonic() - begin
        server.over.set()
    assert isinstance(heard, InDoubt)
    assert heard.message == "Toss's answer took too long."
    assert took < PATIENCE_S


def test_an_answer_without_end_is_not_read_to_it() -> None:
    """It is no payment, and would fill the memory."""

    def floods(conversation: Conversation) -> None:
        conversation.begin(10**12)
        while not conversation.server.over.is_set():
            conversation.wfile.write(b" " * 65_536)

    with serving(floods) as server, line_to(server.url) as toss:
        heard = toss.exchange(LOOK, soon())
        server.over.set()
    assert isinstance(heard, InDoubt)
    assert heard.message == "Toss's answer is longer than 1048576 bytes."


def test_a_connection_that_was_closed_meanwhile_is_not_used_again() -> None:
    """Toss closes idle ones; the next call gets a new one, and no doubt arises."""

    def last_word(conversation: Conversation) -> None:
        pays(conversation)
        conversation.close_connection = True  # without having said so

    with serving(last_word) as server, line_to(server.url) as toss:
        for _ in range(3):
            assert isinstance(toss.exchange(ASK, soon()), Answer)
            _until_closed(toss, server)
    assert len(server.requests) == 3
    assert server.connections == 3


def _until_closed(toss: Line, server: Server) -> None:
    """The server's end has arrived here too."""
    pool = toss._http._transport._pool  # type: ignore[attr-defined]
    deadline = soon()
    while not all(connection.has_expired() for connection in pool.connections):
        assert time.monotonic() < deadline
        server.over.wait(0.01)


def test_nobody_can_send_the_key_elsewhere() -> None:
    """A redirect is an answer, and not followed."""

    def elsewhere(conversation: Conversation) -> None:
        conversation.say(307, b"{}", Location="/stolen")

    with serving(elsewhere) as server, line_to(server.url) as toss:
        heard = toss.exchange(ASK, soon())
    assert heard == Answer(307, {})
    assert [path for _, path, _ in server.requests] == ["/v1/payments/confirm"]


def test_a_proxy_of_the_shell_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the key goes is settled by the settings alone."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    with serving(pays) as server, line_to(server.url) as toss:
        assert isinstance(toss.exchange(ASK, soon()), Answer)


def test_when_all_connections_are_busy_it_does_not_wait_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing left, and that is not Toss's doing."""
    monkeypatch.setattr(line, "MOST_CONNECTIONS", 1)
    monkeypatch.setattr(line, "CONNECT_S", 0.2)
    with (
        serving(wait_for_the_end) as server,
        line_to(server.url) as toss,
        ThreadPoolExecutor(1) as elsewhere,
    ):
        first = elsewhere.submit(toss.exchange, ASK, soon())
        deadline = soon()
        while not server.requests:
            assert time.monotonic() < deadline
            server.over.wait(0.01)
        heard = toss.exchange(ASK, soon())
        server.over.set()
        first.result(PATIENCE_S)
    assert isinstance(heard, NotDone)
    assert heard.code == "TOO_BUSY"
    assert len(server.requests) == 1
