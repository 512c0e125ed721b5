"""Orders under way while something happens to the stack."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

import httpx

from compose.local.watched import Watched
from tests.e2e.shop import KEYBOARD, STARTS, Shop, wait_until

PRICE = Decimal("79.99")
PRODUCT = "PROD003"
# Every fifth wants more than there ever is, so that compensation is met in its midst.
TOO_MANY = 100_000
QUANTITIES = (1, 1, TOO_MANY, 1, 1)


@dataclass(slots=True)
class Load:
    """Keyboards on order in both patterns, posted by clients that don't give up."""

    shop: Shop
    count: int
    available: int
    begun: int
    halves: list[Future[list[str]]]

    def wait_for_orders(self, number: int) -> None:
        """Return when so many of these orders have been begun, or all of them."""
        wait_until(
            lambda: self._begun() >= min(number, self.count),
            90,
            lambda: f"only {self._begun()} orders have been begun",
        )

    def _begun(self) -> int:
        try:
            return self.shop.count("order", "/api/orders") - self.begun
        except httpx.TransportError:
            return 0  # it was just killed, and is asked again

    def check_the_books(self) -> None:
        """All orders ended, each once; money and stock agree to the last."""
        assert self._completed() == self._possible

    def check_the_books_after_an_outage(self) -> None:
        """The same, but a saga may have given up a step that had no answer in time."""
        completed = self._completed()
        print(f"{completed} of {self._possible} completed")
        assert 0 < completed <= self._possible

    @property
    def orders(self) -> list[str]:
        """The ids of all orders that were begun."""
        return [order_id for half in self.halves for order_id in half.result()]

    @property
    def _possible(self) -> int:
        """How many of the orders can be had."""
        return self.count * QUANTITIES.count(1) // len(QUANTITIES)

    def _completed(self) -> int:
        """How many orders completed; all else is undone to the last cent and piece."""
        orders = self.orders
        assert len(set(orders)) == self.count
        books = self.shop.books(orders, PRODUCT)
        completed = books.orders["COMPLETED"]
        assert sum(books.orders.values()) == self.count
        assert books.orders["CANCELLED"] + books.orders["FAILED"] == (
            self.count - completed
        )
        assert sum(books.sagas.values()) == self.count // 2
        assert books.kept == completed * PRICE
        assert books.available == self.available - completed
        return completed


@contextmanager
def under_load(shop: Shop, count: int, prefix: str, at_once: int = 8) -> Iterator[Load]:
    """So many orders, half in each pattern; after the block they are all posted."""
    stock = shop.get("inventory", f"/api/inventory/{PRODUCT}")
    begun = shop.count("order", "/api/orders")
    with ThreadPoolExecutor(len(STARTS)) as pool:
        halves = [
            pool.submit(
                shop.order_many,
                pattern,
                KEYBOARD,
                count // 2,
                prefix=f"{prefix}-{pattern}",
                at_once=at_once,
                quantities=QUANTITIES,
            )
            for pattern in STARTS
        ]
        yield Load(shop, count, stock["availableQuantity"], begun, halves)


@contextmanager
def staffed(shop: Shop, workers: int) -> Iterator[None]:
    """Each service has so many workers; after the block it has one, as other tests."""
    shop.stack.scale(workers)
    shop.stack.wait_healthy()
    try:
        yield
    finally:
        shop.stack.scale(1)
        shop.stack.wait_healthy()


def kill(watched: Watched, name: str) -> None:
    """kill -9 of a process, and wait until the supervisor has another one."""
    killed = watched.pid_of(name)
    os.kill(killed, signal.SIGKILL)
    wait_until(
        lambda: _pid(watched, name) not in {None, killed},
        30,
        lambda: f"{name} is not started again",
    )


def _pid(watched: Watched, name: str) -> int | None:
    return next(state.pid for state in watched.status() if state.name == name)
