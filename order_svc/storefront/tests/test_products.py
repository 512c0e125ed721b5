"""The shelves and the cart."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from order_svc.storefront.tests.conftest import Services, listed

Text = Callable[[str], str]


def test_the_shelves_show_prices_and_what_is_left(text: Text) -> None:
    """Plenty, few and none are told apart in words; of none nothing can be taken."""
    page = text("/")
    assert "$999.99" in page and "In stock: 50" in page
    assert "Only 3 left" in page
    assert "Sold out" in page and 'aria-describedby="none-PROD003"' in page


def test_one_more_and_one_more_are_two(client: Client, services: Services) -> None:
    """The cart is in the browser; the page tells its sum at the stock's prices."""
    for _ in range(2):
        answer = client.post("/cart", {"product": "PROD002", "add": "1"})
        assert (answer.status_code, answer["Location"]) == (303, "/#cart")
    page = client.get("/").content.decode()
    assert "$59.98" in page
    assert not [one for one in services.asked if one.method == "POST"]


def test_a_quantity_is_set_and_zero_takes_it_out(client: Client) -> None:
    """By the number, by the bin, and what is no number is none."""
    client.post("/cart", {"product": "PROD002", "quantity": "3"})
    assert "$89.97" in client.get("/").content.decode()
    for nothing in ({"quantity": "x"}, {"quantity": "0"}, {"add": "-3"}):
        client.post("/cart", {"product": "PROD002", "quantity": "3"})
        client.post("/cart", {"product": "PROD002", **nothing})
        assert "Your cart is empty" in client.get("/").content.decode()


def test_what_is_not_sold_does_not_get_into_the_cart(client: Client) -> None:
    """Whatever a form says."""
    client.post("/cart", {"product": "<script>", "quantity": "3"})
    assert "Your cart is empty" in client.get("/").content.decode()


def test_htmx_gets_the_cart_and_the_two_places_that_count_it(client: Client) -> None:
    """The rest of the page stays."""
    answer = client.post(
        "/cart",
        {"product": "PROD002", "add": "1"},
        headers={"HX-Request": "true"},
    )
    said = answer.content.decode()
    assert 'id="cart"' in said and "<html" not in said
    assert said.count('hx-swap-oob="true"') == 2


def test_shelves_that_have_not_changed_are_not_sent_again(
    client: Client, services: Services
) -> None:
    """One more sold, and they are."""
    first = client.get("/products", headers={"HX-Request": "true"})
    same = client.get("/products", headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    row = {
        "productId": "PROD002",
        "productName": "Mouse",
        "price": 29.99,
        "availableQuantity": 2,
    }
    services.answer("/api/inventory", listed(row))
    changed = client.get("/products", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and b"Only 2 left" in changed.content


def test_hostile_names_are_text(client: Client, services: Services) -> None:
    """In the shelves, in the cart, and in what is read aloud."""
    row = {
        "productId": "PROD002",
        "productName": "<script>alert('x')</script>{{ 7 }}\u202e" + "x" * 9000,
        "price": 1.00,
        "availableQuantity": 5,
    }
    services.answer("/api/inventory", listed(row))
    client.post("/cart", {"product": "PROD002", "add": "1"})
    page = client.get("/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;{{ 7 }}" in page


def test_a_cart_that_somebody_else_wrote_is_empty(client: Client) -> None:
    """The signature is the shop's."""
    client.cookies["shop_cart"] = '{"PROD002": 5}'
    assert "Your cart is empty" in client.get("/").content.decode()


def test_without_the_stock_the_page_says_so_and_when_to_come_again(
    client: Client, services: Services
) -> None:
    """A 503 of our own, in words, with a way to try again; never a 500."""
    services.away.add("inventory")
    answer = client.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    page = answer.content.decode()
    assert "We can't see the shelves just now." in page and 'href="/"' in page


def test_an_answer_that_is_no_json_is_an_outage_too(
    client: Client, services: Services
) -> None:
    """So is a service that is at fault, or busy."""
    for status in (500, 502, 429):
        services.answer("/api/inventory", {"detail": "boom"}, status=status)
        assert client.get("/").status_code == 503


def test_the_policy_lets_nothing_in_from_elsewhere(client: Client) -> None:
    """Nor anything inline."""
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy


def test_the_shop_speaks_korean(client: Client) -> None:
    """As the browser asks."""
    page = client.get("/", headers={"Accept-Language": "ko"}).content.decode()
    assert '<html lang="ko"' in page
