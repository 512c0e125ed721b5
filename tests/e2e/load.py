"""Orders under way while something happens to the stack."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from compose.local.watched import Watched
from tests.e2e.shop import KEYBOARD, STARTS, Shop, wait_until

PRICE = Decimal("79.99")
PRODUCT = "PROD003"


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
        return self.shop.count("order", "/api/orders") - self.begun

    def check_the_books(self) -> None:
        """All orders ended, each once; money and stock agree to the last."""
        orders = [order_id for half in self.halves for order_id in half.result()]
        assert len(set(orders)) == self.count
        books = self.shop.books(orders, PRODUCT)
        sold = min(self.count, self.available)
        assert books.orders["COMPLETED"] == sold
        assert books.orders["CANCELLED"] == self.count - sold
        assert sum(books.orders.values()) == self.count
        assert sum(books.sagas.values()) == self.count // 2
        assert books.kept == sold * PRICE
        assert books.available == self.available - sold


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
            )
            for pattern in STARTS
        ]
        yield Load(shop, count, stock["availableQuantity"], begun, halves)


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
