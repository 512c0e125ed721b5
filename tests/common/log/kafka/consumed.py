"""A record as kafka-python hands it out."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any


def consumed(
    *,
    key: bytes | None = b"k",
    value: bytes | None = b"v",
    headers: Sequence[tuple[str, bytes | None]] = (),
) -> Any:
    """With these bytes."""
    return SimpleNamespace(
        topic="orders",
        partition=0,
        offset=7,
        key=key,
        value=value,
        headers=list(headers),
        timestamp=1_700_000_000_000,
    )
