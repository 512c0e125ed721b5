"""Payloads and headers as people read them."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Any

import msgspec

MAX_SHOWN = 20_000
MAX_DUMPED = 2048
_encoder = msgspec.json.Encoder(decimal_format="number")


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
    return msgspec.json.format(_encoder.encode(value), indent=2).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A payload for the eye: never more than a page of it, whatever it is.

    `kind` is json, text, binary or empty; `shown` of `size` bytes are in `text`.
    """

    kind: str
    text: str
    size: int
    shown: int

    @property
    def is_cut(self) -> bool:
        """There is more than is shown."""
        return self.shown < self.size


def content_of(value: bytes) -> Content:
    """JSON in lines, text as it is, anything else byte by byte."""
    size = len(value)
    head = value[:MAX_SHOWN]
    if not value:
        return Content(kind="empty", text="", size=0, shown=0)
    if not _is_text(head, is_all=size <= MAX_SHOWN):
        text, shown = _dump(value[:MAX_DUMPED]), min(size, MAX_DUMPED)
        return Content(kind="binary", text=text, size=size, shown=shown)
    lines = _in_lines(value) if size <= MAX_SHOWN else ""
    if 0 < len(lines) <= 4 * MAX_SHOWN:  # deep nesting makes little of much
        return Content(kind="json", text=lines, size=size, shown=size)
    text = head.decode("utf-8", "ignore")
    return Content(kind="text", text=text, size=size, shown=len(head))


def _is_text(head: bytes, *, is_all: bool) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=is_all)
    except UnicodeDecodeError:
        return False
    return "\x00" not in text


def _in_lines(value: bytes) -> str:
    """JSON with line breaks and indents; nothing where it is none."""
    try:
        return msgspec.json.format(value, indent=2).decode()
    except (msgspec.DecodeError, RecursionError):
        return ""


def _dump(value: bytes) -> str:
    """Sixteen bytes a line: where they stand, their numbers, and those one can read."""
    lines = []
    for start in range(0, len(value), 16):
        part = value[start : start + 16]
        signs = "".join(chr(one) if 32 <= one < 127 else "·" for one in part)
        lines.append(f"{start:06x}  {part.hex(' '):<47}  {signs}")
    return "\n".join(lines)
