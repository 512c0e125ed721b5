"""Real stacks for the end-to-end tests: their own processes, their own state.

Each test that takes the fixture `shop` runs on every kind of stack; those that are
about real components name theirs.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from compose.local.backing import EMBEDDED, STACKS
from compose.local.stack import Stack
from tests.e2e.places import offset_of
from tests.e2e.shop import Shop

# Its assertions speak as those of the tests do.
pytest.register_assert_rewrite("tests.e2e.load")

SCREENS = Path(__file__).with_name("screens")
NO_SETTINGS: Mapping[str, str] = {}
OpenShop = Callable[..., AbstractContextManager[Shop]]


@pytest.hookimpl(trylast=True)  # after pytest's own, which goes by the place in a list
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each kind of stack is started once: what runs on it runs one after the other."""
    items.sort(key=stack_of)


def stack_of(item: pytest.Item) -> tuple[int, str]:
    """Orders tests by the stack they run on: of the screens, of a kind, their own."""
    if SCREENS in item.path.parents:
        return 0, ""
    callspec = getattr(item, "callspec", None)
    kind = callspec.params.get("shop", "") if callspec else ""
    return (1, kind) if kind else (2, "")


@pytest.fixture(scope="session")
def open_shop() -> OpenShop:
    """Opens a shop with a stack and a stock of its own; leaving it stops the stack.

    It stands at its kind's place, where the shop of that kind may be, or at another.
    """

    @contextmanager
    def opened(
        *,
        place: str = "",
        stock_scale: int = 1,
        kind: str = EMBEDDED,
        workers: int = 1,
        settings: Mapping[str, str] = NO_SETTINGS,
    ) -> Iterator[Shop]:
        environment = {
            **os.environ,
            **settings,
            "APP_PROFILE": "demo",
            "SAMPLE_STOCK_SCALE": str(stock_scale),
            "TOSS_TIMEOUT_S": "2",
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        # Not pytest's folder, which lets no other user in: PostgreSQL is one.
        folder = Path(tempfile.mkdtemp(prefix="saga-e2e-"))
        offset = offset_of(place or kind)
        stack = Stack(folder, offset, env=environment, kind=kind, workers=workers)
        shop = Shop(stack)
        try:
            skip_unless_possible(stack)
            stack.start()
            stack.wait_healthy()
            yield shop
        finally:
            shop.close()
            stack.stop()
            shutil.rmtree(folder)

    return opened


def skip_unless_possible(stack: Stack) -> None:
    """Skip, with the reason, where a component can't be had on this machine."""
    if stack.infra and (missing := stack.infra.missing(STACKS[stack.how.kind])):
        pytest.skip(" ".join(missing.values()))


@pytest.fixture(scope="session", params=list(STACKS))
def shop(open_shop: OpenShop, request: pytest.FixtureRequest) -> Iterator[Shop]:
    """One shop a kind with enough stock for all tests that take it."""
    with open_shop(stock_scale=60, kind=request.param) as shop:
        shop.initialize_stock()
        yield shop
