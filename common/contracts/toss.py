"""Toss's record of a payment, as messages carry it: plain JSON, and not trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

# Toss's own records have some 2,000 bytes, and objects within objects.
MAX_BYTES = 64 * 1024
MAX_DEPTH = 20

TossData = dict[str, Any]


def flaw_of(data: TossData) -> str:
    """Why these values are not kept, as the end of a sentence; empty where they are."""
    if not _is_flat(data, MAX_DEPTH):
        return f"must not be nested deeper than {MAX_DEPTH} levels"
    if len(msgspec.json.encode(data)) > MAX_BYTES:
        return f"must have at most {MAX_BYTES} bytes"
    return ""


def says_charged(data: Mapping[str, Any] | None) -> bool:
    """True where the record claims that Toss has the customer's money, all of it."""
    return data is not None and data.get("status") == "DONE"


def _is_flat(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return True
    return depth > 0 and all(_is_flat(part, depth - 1) for part in value)
