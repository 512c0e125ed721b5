"""The seed's curl lines, as they stand in its README, end in the states it promises."""

from __future__ import annotations

import pytest

from tests.e2e.shop import LAPTOP, MOUSE, Shop, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.e2e]


def test_a_choreographed_order_completes(shop: Shop) -> None:
    """Order, payment and stock agree, and the lists are bare arrays as ever."""
    order_id = shop.order("choreography", LAPTOP, 2)["orderId"]
    shop.wait_for_the_end()
    order = shop.get("order", f"/api/orders/{order_id}")
    payment = shop.get("payment", f"/api/payments/order/{order_id}")
    assert (order["status"], payment["status"]) == ("COMPLETED", "SUCCESS")
    assert order["reservationId"] and order["paymentId"] == payment["paymentId"]
    for service, path in (
        ("order", "/api/orders"),
        ("payment", "/api/payments"),
        ("inventory", "/api/inventory"),
    ):
        assert isinstance(shop.get(service, path), list)


def test_an_orchestrated_order_completes(shop: Shop) -> None:
    """The saga list shows it, as a page."""
    started = shop.order("orchestration", MOUSE, 5, customer="CUST002")
    shop.wait_for_the_end()
    page = shop.get("orchestrator", "/api/orchestrator/sagas")
    (saga,) = [one for one in page["data"] if one["sagaId"] == started["sagaId"]]
    assert (saga["status"], saga["currentStep"]) == ("COMPLETED", "COMPLETED")
    assert set(page["pagination"]) == {
        "currentPage",
        "totalPages",
        "totalCount",
        "limit",
        "hasNextPage",
        "hasPrevPage",
    }


@pytest.mark.parametrize("pattern", ["choreography", "orchestration"])
def test_a_shortage_gives_the_money_back(shop: Shop, pattern: str) -> None:
    """The order for a hundred thousand ends cancelled, and the money is back."""
    order_id = shop.order(pattern, LAPTOP, 100_000, customer="CUST003")["orderId"]
    shop.wait_for_the_end()
    order = shop.get("order", f"/api/orders/{order_id}")
    payment = shop.get("payment", f"/api/payments/order/{order_id}")
    assert (order["status"], payment["status"]) == ("CANCELLED", "REFUNDED")
    assert payment["refundedAmount"] == payment["amount"]


def test_a_repeat_with_the_same_key_makes_one_order(shop: Shop) -> None:
    """The second answer is the first one, word for word."""
    first = shop.order("orchestration", MOUSE, key="e2e-same-key")
    again = shop.order("orchestration", MOUSE, key="e2e-same-key")
    assert again == first


@pytest.mark.parametrize("service", ["order", "payment", "inventory", "orchestrator"])
def test_every_service_is_healthy_and_tells_its_lag(shop: Shop, service: str) -> None:
    """Health names its checks; the worker is alive and has read everything."""
    wait_until(
        lambda: shop.get(service, "/health")["status"] == "ok",
        30,
        lambda: str(shop.get(service, "/health")),
    )
    checks = shop.get(service, "/health")["checks"]
    assert {"database", "log", "broker", "worker"} <= set(checks)
