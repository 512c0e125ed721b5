"""Unknown products are known as such, without asking for every order."""

from __future__ import annotations

import httpx
import pytest

from common.web import catalog, peers
from common.web.catalog import Catalog
from common.web.errors import InvalidFields

ONE_PAGE = {"data": [{"productId": "P1"}], "pagination": {"hasNextPage": False}}


class Inventory:
    """An inventory service that counts how often it is asked."""

    def __init__(self, *ids: str) -> None:
        self.ids, self.asked, self.away = set(ids), 0, False

    def __call__(self) -> set[str]:
        """All ids, or nothing at all."""
        self.asked += 1
        if self.away:
            raise peers.NoAnswer("inventory")
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


def test_all_ids_of_the_inventory_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of its list."""
    _answered_by(monkeypatch, httpx.Response(200, json=ONE_PAGE))
    assert catalog.fetch_product_ids() == {"P1"}


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(302, headers={"location": "/elsewhere"}),
        httpx.Response(401, json={}),
        httpx.Response(500),
        httpx.Response(200, json=[{}]),
        httpx.Response(200, json={**ONE_PAGE, "data": [{}]}),
    ],
)
def test_who_tells_no_ids_has_not_answered(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response
) -> None:
    """So no product is unknown."""
    _answered_by(monkeypatch, answer)
    assert Catalog(catalog.fetch_product_ids).unknown(["P1"]) == []


def _answered_by(monkeypatch: pytest.MonkeyPatch, answer: httpx.Response) -> None:
    transport = httpx.MockTransport(lambda _: answer)
    client = httpx.Client(base_url="http://inventory", transport=transport)
    monkeypatch.setattr(peers, "client", lambda _service: client)


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
