"""Whether the shop is well, said to programs."""

from __future__ import annotations

from django.test import Client

from order_svc.storefront.tests.conftest import Services


def test_the_shop_is_ready_whatever_the_services_are(
    client: Client, services: Services
) -> None:
    """It can say that they are away."""
    services.away = {"order", "payment", "inventory", "orchestrator"}
    for path in ("/livez", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_its_health_names_the_service_that_is_away(
    client: Client, services: Services
) -> None:
    """All four are asked."""
    services.answer("/livez", {"status": "ok"})
    assert client.get("/health").status_code == 200
    services.away = {"payment"}
    answer = client.get("/health")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    down = [name for name, one in checks.items() if one["status"] == "down"]
    assert down == ["payment"]


def test_it_counts_its_requests_without_a_database(client: Client) -> None:
    """By route."""
    client.get("/livez")
    text = client.get("/metrics").content.decode()
    assert 'route="/livez"' in text


def test_its_pictures_and_styles_are_its_own(client: Client) -> None:
    """No other machine is asked for them."""
    for path in ("shop/shop.css", "shop/pictures.svg", "shop/toss.js", "ui/ui.js"):
        answer = client.get(f"/static/{path}")
        assert answer.status_code == 200 and answer.getvalue()
        answer.close()
    assert client.get("/favicon.ico").status_code == 204
