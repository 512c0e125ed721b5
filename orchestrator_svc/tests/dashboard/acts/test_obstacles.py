"""What the inventory would refuse now is told before a retry."""

from __future__ import annotations

import httpx
import pytest

from common.web import peers
from orchestrator_svc.dashboard.acts import obstacles as looking
from orchestrator_svc.dashboard.acts.obstacles import obstacles
from orchestrator_svc.tests.factories import LAPTOPS


def answers(monkeypatch: pytest.MonkeyPatch, answer: httpx.Response) -> list[str]:
    """The inventory says this of every product; the addresses it was asked."""
    asked: list[str] = []

    def hear(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return answer

    def client(service: str) -> httpx.Client:
        transport = httpx.MockTransport(hear)
        return httpx.Client(transport=transport, base_url=f"http://{service}")

    monkeypatch.setattr(peers, "client", client)
    return asked


def stock(left: int, price: float) -> httpx.Response:
    """A product of which so many are left at this price."""
    return httpx.Response(200, json={"availableQuantity": left, "price": price})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (stock(2, 999.99), []),
        (
            stock(1, 999.99),
            ["Only 1 of PROD001 are in stock; the order takes 2."],
        ),
        (stock(2, 899), ["PROD001 costs 899 now; the order says 999.99."]),
        (httpx.Response(404, json={}), ["There is no product PROD001."]),
        (httpx.Response(503), []),
        (httpx.Response(200, json={}), []),
    ],
)
def test_each_line_is_held_against_the_stock(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response, expected: list[str]
) -> None:
    """A shortage or another price is told; no answer is no obstacle."""
    asked = answers(monkeypatch, answer)
    assert obstacles((LAPTOPS,)) == expected
    assert asked == ["/api/inventory/PROD001"]


def test_of_a_long_order_the_first_lines_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is a warning, and waits for nobody long."""
    asked = answers(monkeypatch, stock(9, 999.99))
    obstacles((LAPTOPS,) * 50)
    assert len(asked) == looking.LOOKED_AT
