"""What goes wrong in the shop is told in the shop, with a way back to its shelves."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from order_svc.storefront.tests.conftest import ORDER_ID, Services, order

BROWSER = {"Accept": "text/html"}
SHOP = "<span>saga<b>shop</b></span>"


def told(answer: Any, status: int) -> str:
    """The page, which must be the shop's own."""
    assert answer.status_code == status
    page = str(answer.content.decode())
    assert SHOP in page
    assert "saga<b>playground</b>" not in page
    assert " · Shop</title>" in page
    assert '<a class="button" href="/">' in page
    return page


@pytest.mark.parametrize("path", ["/nowhere", "/orders/ORD-9", "/payment/success"])
def test_what_is_not_there(client: Client, path: str) -> None:
    """The cart and the shop's places are still at the top."""
    page = told(client.get(path), 404)
    assert 'id="cart-link"' in page
    assert 'href="/orchestration-orders"' in page
    assert "Settings" in page


def test_a_form_that_is_too_old(services: Services) -> None:
    """The customer can go on."""
    stranger = Client(enforce_csrf_checks=True, headers=BROWSER)
    page = told(stranger.post("/cart"), 403)
    assert "This form is too old" in page
    assert "Sign in" not in page


def test_an_address_that_takes_forms_only(client: Client) -> None:
    """Opened by hand."""
    told(client.get("/preferences"), 405)


def test_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch, services: Services) -> None:
    """With nothing of the inside."""

    def broken() -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr(
        "order_svc.storefront.views.products.selectors.products", broken
    )
    browser = Client(raise_request_exception=False, headers=BROWSER)
    page = told(browser.get("/"), 500)
    assert "secret inside" not in page


def test_a_dialog_without_a_script_is_a_page_of_the_shop(
    client: Client, services: Services
) -> None:
    """Not of the operators' dashboard."""
    services.know(order())
    page = client.get(f"/orders/{ORDER_ID}/cancel").content.decode()
    assert SHOP in page
    assert "saga<b>playground</b>" not in page
