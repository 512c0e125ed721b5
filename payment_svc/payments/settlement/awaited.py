"""Waiting until a payment is settled: woken in this process, else looked at."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

# Another process settles it without our hearing; a look costs one read by key.
LOOK_EVERY_S = 0.1

_changed = threading.Condition()
_waiting: Counter[str] = Counter()


def announce(payment_id: str) -> None:
    """Wake who waits for the payment in this process."""
    with _changed:
        if _waiting[payment_id]:
            _changed.notify_all()


def wait_until(payment_id: str, is_so: Callable[[], bool], seconds: float) -> bool:
    """Return once `is_so()`, or False when the time is up."""
    deadline = time.monotonic() + seconds
    with _changed:
        _waiting[payment_id] += 1
    try:
        while not is_so():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            with _changed:
                _changed.wait(min(left, LOOK_EVERY_S))
        return True
    finally:
        with _changed:
            _waiting[payment_id] -= 1
            if not _waiting[payment_id]:
                del _waiting[payment_id]
