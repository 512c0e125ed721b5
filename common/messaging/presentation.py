"""Payloads and headers as people read them."""

from __future__ import annotations

from typing import Any

import msgspec

MAX_SHOWN = 20_000


def readable_value(value: bytes) -> Any:
    """The JSON in a payload; the text where it is none, as far as it is one."""
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return bytes(value[:MAX_SHOWN]).decode("utf-8", "replace")


def shown_value(value: bytes) -> Any:
    """The same, but of a large payload only its beginning, as text."""
    if len(value) <= MAX_SHOWN:
        return readable_value(value)
    rest = len(value) - MAX_SHOWN
    return f"{value[:MAX_SHOWN].decode('utf-8', 'replace')}… (+{rest:,} bytes)"


def readable_headers(text: str) -> dict[str, str]:
    """The headers of a stored message."""
    return msgspec.json.decode(text, type=dict[str, str])


def pretty(value: Any) -> str:
    """JSON with line breaks and indents."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
