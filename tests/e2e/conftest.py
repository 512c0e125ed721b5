"""Real stacks for the end-to-end tests: eight processes each, their own state."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from compose.local.stack import Stack
from tests.e2e.shop import Shop

PORT_OFFSET = 400
OpenShop = Callable[..., AbstractContextManager[Shop]]


@pytest.fixture(scope="session")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> OpenShop:
    """Opens a shop with a stack and a stock of its own; leaving it stops the stack."""

    @contextmanager
    def opened(*, offset: int, stock_scale: int = 1) -> Iterator[Shop]:
        environment = {
            **os.environ,
            "APP_PROFILE": "demo",
            "SAMPLE_STOCK_SCALE": str(stock_scale),
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        stack = Stack(tmp_path_factory.mktemp("stack"), offset, env=environment)
        stack.start()
        shop = Shop(stack)
        try:
            stack.wait_healthy()
            yield shop
        finally:
            shop.close()
            stack.stop()

    return opened


@pytest.fixture(scope="session")
def shop(open_shop: OpenShop) -> Iterator[Shop]:
    """One shop with ten times the sample stock, for tests that need no more."""
    with open_shop(offset=PORT_OFFSET, stock_scale=10) as shop:
        shop.initialize_stock()
        yield shop
