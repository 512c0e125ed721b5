"""kafka-python leaves sockets that could not connect to the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

LITTER = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@contextmanager
def collected() -> Iterator[None]:
    """What the block leaves behind is collected at its end, under that mark."""
    try:
        yield
    finally:
        gc.collect()
