"""Workers join and leave under load, by their own will and by kill -9."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.kinds import on_each_log
from tests.e2e.load import kill, staffed, under_load
from tests.e2e.shop import MOUSE, Shop

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(300)]

ORDERS = 500
TAKE_OVER_SECONDS = 15


@on_each_log
def test_workers_come_and_go(shop: Shop) -> None:
    """A second and a third of each service join; one dies, all leave; books right.

    Then a worker that only seems to live is replaced by its fellow within 15 s, and
    does no harm when it comes back.
    """
    with staffed(shop, 1):
        with under_load(shop, ORDERS, "workers") as load:
            load.wait_for_orders(50)
            shop.stack.scale(3)
            load.wait_for_orders(150)
            for service in ("order", "payment", "inventory", "orchestrator"):
                kill(shop.stack, f"{service}-worker-2")
            load.wait_for_orders(350)
            shop.stack.scale(2)
        shop.stack.wait_healthy()
        shop.wait_for_the_end(120)
        load.check_the_books()
        check_the_take_over(shop)


def check_the_take_over(shop: Shop) -> None:
    """Each service's second worker stands still: its fellow has its work in time."""
    names = [
        f"{service}-worker-2"
        for service in ("order", "payment", "inventory", "orchestrator")
    ]
    with frozen([shop.stack.pid_of(name) for name in names]):
        begun = time.monotonic()
        orders = [
            shop.order(pattern, MOUSE)["orderId"]
            for _ in range(20)
            for pattern in ("choreography", "orchestration")
        ]
        shop.wait_for_the_end(60)
        seconds = time.monotonic() - begun
    assert seconds <= TAKE_OVER_SECONDS, f"taken over after {seconds:.1f} s"
    print(f"taken over within {seconds:.1f} s")
    orders += [shop.order("orchestration", MOUSE)["orderId"] for _ in range(20)]
    shop.wait_for_the_end(60)
    books = shop.books(orders, "PROD002")
    assert books.orders == {"COMPLETED": len(orders)}


@contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    """These processes stand still, as if their machine was lost, and come back."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
