"""Payments through Toss's contract, from the click in the window to the books."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.kinds import in_both_patterns, on_embedded
from tests.e2e.shop import STARTS, Shop, wait_until
from tests.e2e.toss import TossShop, at_toss

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(240)]

PATTERNS = list(STARTS)
DECLINED_CARD = "4000-0000-0000-0002"


@pytest.fixture
def toss(shop: Shop) -> Iterator[TossShop]:
    """Toss's sandbox beside the shop, in its ordinary mood."""
    with at_toss(shop) as found:
        yield found


@in_both_patterns
def test_the_customer_pays_and_the_order_completes(
    toss: TossShop, pattern: str
) -> None:
    """The payment waits for the customer, is charged once, and has its receipt."""
    order_id = toss.order(pattern)
    window = toss.pay(order_id)
    answer = toss.confirm_surely(window)
    assert answer.status_code == 200, answer.text
    assert answer.json()["tossPaymentData"]["status"] == "DONE"
    assert "secret" not in answer.json()["tossPaymentData"]
    assert toss.end_of(order_id) == "COMPLETED"
    payment = toss.payment(order_id)
    assert (payment["status"], payment["tossPaymentKey"]) == (
        "SUCCESS",
        window.payment_key,
    )
    assert payment["receiptUrl"].startswith("http")
    toss.check([order_id])


@on_embedded
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_confirm_is_answered_again(toss: TossShop, pattern: str) -> None:
    """The same answer with cached: true, and Toss is not asked again."""
    order_id = toss.order(pattern)
    window = toss.pay(order_id)
    first, again = toss.confirm(window).json(), toss.confirm(window).json()
    assert (first.pop("cached"), again.pop("cached")) == (False, True)
    assert first["tossPaymentData"] == again["tossPaymentData"]
    assert len(toss.charges(order_id)) == 1


def test_a_hundred_confirms_at_once_are_one_charge(toss: TossShop) -> None:
    """One is charged; all the others get the same answer."""
    order_id = toss.order("orchestration")
    window = toss.pay(order_id)
    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _: toss.confirm(window), range(100)))
    assert {one.status_code for one in answers} == {200}
    assert sum(not one.json()["cached"] for one in answers) == 1
    assert len({str(one.json()["tossPaymentData"]) for one in answers}) == 1
    assert len(toss.charges(order_id)) == 1
    assert toss.end_of(order_id) == "COMPLETED"
    toss.check([order_id])


@on_embedded
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_changed_amount_never_reaches_toss(toss: TossShop, pattern: str) -> None:
    """400 with the field; the customer may still pay what the order costs."""
    order_id = toss.order(pattern)
    window = toss.pay(order_id)
    answer = toss.confirm(window, amount=0.01)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "amount"
    assert toss.charges(order_id) == []
    assert toss.confirm_surely(window).status_code == 200
    assert toss.end_of(order_id) == "COMPLETED"


@on_embedded
def test_an_order_that_nobody_knows_is_a_404(toss: TossShop) -> None:
    """Toss is not asked."""
    body = {"paymentKey": "key", "orderId": "ORD-nobody", "amount": 1}
    answer = toss.shop.post("payment", "/api/payments/confirm", body)
    assert answer.status_code == 404
    assert toss.requests(orderId="ORD-nobody") == []


@on_embedded
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_declined_card_ends_the_order(toss: TossShop, pattern: str) -> None:
    """402 with Toss's code; the order fails, and no money moved."""
    order_id = toss.order(pattern)
    answer = toss.confirm_surely(toss.pay(order_id, DECLINED_CARD))
    assert (answer.status_code, answer.json()["code"]) == (402, "REJECT_CARD_PAYMENT")
    assert toss.end_of(order_id) in {"FAILED", "CANCELLED"}
    toss.check([order_id])


@in_both_patterns
def test_cancel_while_the_customer_is_in_the_window(
    toss: TossShop, pattern: str
) -> None:
    """The order is cancelled; the confirm that follows is refused, Toss not asked."""
    order_id = toss.order(pattern)
    window = toss.pay(order_id)
    cancel = toss.shop.post("order", f"/api/orders/{order_id}/cancel", {})
    assert cancel.status_code == 202
    toss.wait_for(order_id, {"CANCELLED"})
    answer = toss.confirm(window)
    assert (answer.status_code, answer.json()["code"]) == (409, "PAYMENT_CANCELLED")
    assert toss.charges(order_id) == []
    assert toss.end_of(order_id) == "CANCELLED"
    toss.check([order_id])


@in_both_patterns
def test_a_completed_order_is_cancelled_and_paid_back(
    toss: TossShop, pattern: str
) -> None:
    """Stock, then money at Toss, then the order."""
    order_id = toss.order(pattern)
    toss.confirm_surely(toss.pay(order_id)).raise_for_status()
    assert toss.end_of(order_id) == "COMPLETED"
    toss.shop.post("order", f"/api/orders/{order_id}/cancel", {}).raise_for_status()
    toss.wait_for(order_id, {"REFUNDED"})
    found = toss.at_toss(order_id)
    assert found is not None
    assert (found["status"], found["balanceAmount"]) == ("CANCELED", 0)


@in_both_patterns
def test_a_shortage_gives_the_customer_s_money_back(
    toss: TossShop, pattern: str
) -> None:
    """Paid, not in stock, given back: at Toss as in our books."""
    order_id = toss.order(pattern, quantity=100_000)
    answer = toss.confirm_surely(toss.pay(order_id))
    # The money may be back before the answer to the charge is written.
    assert answer.is_success or answer.json()["code"] == "PAYMENT_REFUNDED"
    assert toss.end_of(order_id) == "CANCELLED"
    toss.wait_for(order_id, {"REFUNDED"})
    toss.check([order_id])


def wait_for_payment(toss: TossShop, order_id: str, member: str, value: object) -> None:
    """Return when the order's payment says so."""
    path = f"/api/payments/order/{order_id}"

    def seen() -> object:
        return toss.shop.get("payment", path)[member]

    wait_until(lambda: seen() == value, 30, lambda: f"{order_id}: {member} {seen()}")


def test_refunds_are_made_once_for_each_key(toss: TossShop) -> None:
    """A part twice under one key, then all that is left, twice."""
    order_id = toss.order("choreography", quantity=2)
    toss.confirm_surely(toss.pay(order_id)).raise_for_status()
    assert toss.end_of(order_id) == "COMPLETED"
    path = f"/api/payments/order/{order_id}/refund"
    key = {"Idempotency-Key": f"part-{order_id}"}
    for _ in range(2):
        part = toss.shop.post("payment", path, {"amount": 10}, key)
        # 202: Toss did not answer in time, and the sweep ends it.
        assert part.status_code in {200, 202}
        wait_for_payment(toss, order_id, "refundedAmount", 10)
    for _ in range(2):
        whole = toss.shop.post("payment", path, {"reason": "all"})
        assert whole.status_code in {200, 202}
        wait_for_payment(toss, order_id, "status", "REFUNDED")
    found = toss.at_toss(order_id)
    assert found is not None
    assert (found["balanceAmount"], len(found["cancels"])) == (0, 2)


@in_both_patterns
def test_money_that_toss_took_for_a_cancelled_order_goes_back(
    toss: TossShop, pattern: str
) -> None:
    """A confirm past our services is found by Toss's webhook, and undone."""
    order_id = toss.order(pattern)
    window = toss.pay(order_id)
    toss.shop.post("order", f"/api/orders/{order_id}/cancel", {}).raise_for_status()
    toss.wait_for(order_id, {"CANCELLED"})
    assert toss.at_toss_directly(window).status_code == 200
    toss.wait_for(order_id, {"REFUNDED"})
    found = toss.at_toss(order_id)
    assert found is not None
    assert found["status"] == "CANCELED"
    assert toss.end_of(order_id) == "CANCELLED"


@in_both_patterns
def test_a_charge_that_only_toss_knows_of_completes_the_order(
    toss: TossShop, pattern: str
) -> None:
    """The webhook says where to look, and what Toss has is booked."""
    order_id = toss.order(pattern)
    assert toss.at_toss_directly(toss.pay(order_id)).status_code == 200
    assert toss.end_of(order_id) == "COMPLETED"
    toss.check([order_id])


@on_embedded
def test_a_forged_webhook_changes_nothing(toss: TossShop) -> None:
    """Whoever says DONE is not believed."""
    order_id = toss.order("choreography")
    data = {"orderId": order_id, "paymentKey": "forged", "status": "DONE"}
    body = {"eventType": "PAYMENT_STATUS_CHANGED", "data": data}
    answer = toss.shop.post("payment", "/api/payments/webhook", body)
    assert answer.status_code == 200
    assert toss.confirm_surely(toss.pay(order_id)).status_code == 200
    assert toss.end_of(order_id) == "COMPLETED"
    toss.check([order_id])
