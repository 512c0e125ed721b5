"""Where new ids come from: chance, or in a simulation its seed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Source = Callable[[], uuid.UUID]

_source: ContextVar[Source] = ContextVar("identity", default=uuid.uuid4)


def new_uuid() -> uuid.UUID:
    """An id that nobody else has."""
    return _source.get()()


def new_order_id() -> str:
    """An order's id; it fits Toss (6 to 64 of `[A-Za-z0-9-_=]`)."""
    return f"ORD-{new_uuid().hex}"


def new_saga_id() -> str:
    """A saga's id."""
    return f"SAGA-{new_uuid()}"


@contextmanager
def ids_drawn_from(source: Source) -> Iterator[None]:
    """Within the block new ids are what `source` gives (simulation)."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
