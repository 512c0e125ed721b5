"""The one pen of the books: changes come one after another, each whole or not at all.

The sandbox is one process, so a lock in it queues fairly what SQLite's own would make
try again and again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

_pen = threading.RLock()


@contextmanager
def writing() -> Iterator[None]:
    """A change of the books: on disk when it ends, undone when it raises."""
    with _pen, transaction.atomic():
        yield
