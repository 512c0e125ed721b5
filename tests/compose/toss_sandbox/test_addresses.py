"""Where the window may lead back to."""

from __future__ import annotations

import pytest

from compose.toss_sandbox.addresses import back_address, origin, with_answer
from compose.toss_sandbox.errors import TossError


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "http://localhost:3000/payment/success?x=1",
        "https://127.0.0.1:3000/a",
        "http://127.9.9.9/",
    ],
)
def test_this_machine_is_led_back_to(url: str) -> None:
    """By name or by any of its addresses."""
    assert back_address("successUrl", url).geturl() == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/payment/success",
        "//localhost/",
        "localhost:3000",
        "ftp://localhost/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://evil.example/",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://localhost@evil.example/",
        "http://user:pw@localhost/",
        "http://evil.example\\@127.0.0.1/",
        "http://127.0.0.1\\.evil.example/",
        "http://evil.example\t@127.0.0.1/",
        "http:\\\\evil.example",
        "http://192.168.0.1/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://2130706433/",
        "http://127.1/",
        "http://localhost:99999/",
        "http://localhost:port/",
        "http://localhost/\r\nSet-Cookie: a=b",
        "http://\uff4cocalhost/",
        "http://localhost/" + "a" * 2_000,
    ],
)
def test_nothing_else_is(url: str) -> None:
    """Whatever it looks like to a parser or to a browser."""
    with pytest.raises(TossError, match="failUrl"):
        back_address("failUrl", url)


def test_the_answer_joins_what_is_there() -> None:
    """Before the fragment, and encoded."""
    parts = back_address("x", "http://localhost/a?b=1#c")
    assert with_answer(parts, d="é &") == "http://localhost/a?b=1&d=%C3%A9+%26#c"
    parts = back_address("x", "http://localhost")
    assert with_answer(parts, d="1") == "http://localhost?d=1"


def test_an_origin_is_scheme_host_and_port() -> None:
    """As a policy names it."""
    parts = back_address("x", "http://localhost:3000/a?b")
    assert origin(parts) == "http://localhost:3000"
