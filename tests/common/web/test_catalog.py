"""Unknown products are known as such, without asking for every order."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
from structlog.testing import capture_logs

from common.web import catalog
from common.web.catalog import Catalog
from common.web.errors import InvalidFields


class Inventory:
    """An inventory service that counts how often it is asked."""

    def __init__(self, *ids: str) -> None:
        self.ids, self.asked, self.away = set(ids), 0, False

    def __call__(self) -> set[str]:
        """All ids, or nothing at all."""
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("refused")
        return set(self.ids)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def test_known_products_are_asked_for_once() -> None:
    """However long ago that was."""
    inventory, clock = Inventory("P1", "P2"), Clock()
    products = Catalog(inventory, clock)
    assert products.unknown(["P1"]) == []
    clock.now += 1000
    assert products.unknown(["P2", "P1"]) == []
    assert inventory.asked == 1


def test_unknown_products_are_named_once_in_order() -> None:
    """As the order has them."""
    products = Catalog(Inventory("P1"), Clock())
    assert products.unknown(["X2", "P1", "X1", "X2"]) == ["X2", "X1"]


def test_an_unknown_product_is_asked_for_once_a_second() -> None:
    """It may have come in the meantime."""
    inventory, clock = Inventory("P1"), Clock()
    products = Catalog(inventory, clock)
    assert products.unknown(["P2"]) == ["P2"]
    inventory.ids.add("P2")
    assert products.unknown(["P2"]) == ["P2"]
    assert inventory.asked == 1
    clock.now += 1
    assert products.unknown(["P2"]) == []
    assert inventory.asked == 2


def test_without_an_inventory_nothing_is_unknown() -> None:
    """And it is not asked more often for that."""
    inventory, clock = Inventory(), Clock()
    inventory.away = True
    products = Catalog(inventory, clock)
    assert products.unknown(["P1"]) == []
    assert products.unknown(["P1"]) == []
    assert inventory.asked == 1


def test_what_was_known_stays_known_through_an_outage() -> None:
    """The last answer counts."""
    inventory, clock = Inventory("P1"), Clock()
    products = Catalog(inventory, clock)
    products.unknown(["P1"])
    inventory.away = True
    clock.now += 5
    assert products.unknown(["P1", "P9"]) == []


def test_long_lists_are_followed_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare list with a Link, then pages."""
    pages = {
        "/api/inventory": (
            [{"productId": "P1"}],
            {"Link": '</api/inventory?page=2>; rel="next"'},
        ),
        "/api/inventory?page=2": (_page(2, "P2", more=True), {}),
        "/api/inventory?page=3": (_page(3, "P3", more=False), {}),
    }

    def answer(request: httpx.Request) -> httpx.Response:
        body, headers = pages[request.url.raw_path.decode()]
        return httpx.Response(200, text=json.dumps(body), headers=headers)

    _answered_by(monkeypatch, answer)
    assert catalog.fetch_product_ids() == {"P1", "P2", "P3"}


def _page(number: int, product: str, *, more: bool) -> dict[str, object]:
    pagination = {"currentPage": number, "hasNextPage": more}
    return {"data": [{"productId": product}], "pagination": pagination}


@pytest.mark.parametrize("status", [302, 401, 500])
def test_the_password_in_the_address_is_sent_and_not_told(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """Whatever the inventory answers, its address is in no log with who we are."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((str(request.url), request.headers["authorization"]))
        return httpx.Response(status, headers={"location": "/elsewhere"})

    monkeypatch.setenv("INVENTORY_URL", "https://order:p%40ss@stock.example/base")
    _answered_by(monkeypatch, answer)
    with capture_logs() as logged:
        assert Catalog(catalog.fetch_product_ids).unknown(["P1"]) == []
    assert asked == [
        ("https://stock.example/base/api/inventory", "Basic b3JkZXI6cEBzcw==")
    ]
    (line,) = logged
    assert line["event"] == "catalog.unreachable"
    assert "ss@" not in str(line)
    assert "order:" not in str(line)


def _answered_by(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]
) -> None:
    transport = httpx.MockTransport(answer)
    real = httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **how: real(transport=transport, **how))


def test_every_unknown_item_is_refused_by_its_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """400 naming items[i].productId."""
    products = Catalog(Inventory("P1"), Clock())
    monkeypatch.setattr(catalog, "_catalog", lambda: products)
    with pytest.raises(InvalidFields) as caught:
        catalog.refuse_unknown_products(["P1", "X", "X"])
    assert caught.value.errors == (
        ("items[1].productId", "there is no product 'X'"),
        ("items[2].productId", "there is no product 'X'"),
    )
    catalog.refuse_unknown_products(["P1"])
