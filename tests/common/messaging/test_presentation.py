"""Payloads as people read them."""

from __future__ import annotations

import pytest

from common.messaging.presentation import MAX_SHOWN, Content, content_of


def test_json_is_shown_in_lines() -> None:
    """As it is written, whatever the numbers."""
    assert content_of(b'{"a":[1,2.50]}') == Content(
        kind="json",
        text='{\n  "a": [\n    1,\n    2.50\n  ]\n}',
        size=14,
        shown=14,
    )


@pytest.mark.parametrize("text", ["hello", "{not json", "[" * 5000, "é" * 3])
def test_text_is_shown_as_it_is(text: str) -> None:
    """Also what would be JSON too deep to follow."""
    found = content_of(text.encode())
    assert (found.kind, found.text, found.is_cut) == ("text", text, False)


def test_of_much_the_beginning_is_shown() -> None:
    """Never half a letter of it."""
    value = b"a" + "é".encode() * 3_000_000
    found = content_of(value)
    assert (found.kind, found.size, found.shown) == ("text", 6_000_001, MAX_SHOWN)
    assert found.is_cut
    assert found.text == "a" + "é" * 9999


def test_deep_nesting_makes_no_page_of_a_line() -> None:
    """Its indents would be hundreds of times as long as it is."""
    value = b"[" * 900 + b"]" * 900
    found = content_of(value)
    assert (found.kind, found.text) == ("text", value.decode())


def test_bytes_are_dumped() -> None:
    """With those that can be read beside them."""
    found = content_of(b"\x00\xff garbage\n" + bytes(20))
    assert found.kind == "binary"
    assert found.text.splitlines() == [
        "000000  00 ff 20 67 61 72 62 61 67 65 0a 00 00 00 00 00  ·· garbage······",
        "000010  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00     ···············",
    ]
    many = content_of(b"\xff" * 100_000)
    assert (many.shown, many.size, len(many.text.splitlines())) == (2048, 100_000, 128)


def test_nothing_is_nothing() -> None:
    """A record may have no value."""
    assert content_of(b"") == Content(kind="empty", text="", size=0, shown=0)
