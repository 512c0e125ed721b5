"""A charge by billing key, and giving it back: no person is needed, so both run it."""

from __future__ import annotations

from uuid import uuid4

from tests.contract.toss.api import AMOUNT, TossApi, new_order_id


def test_a_charge_without_the_customer_is_done_at_once(toss: TossApi) -> None:
    """Its type is BILLING, and its order finds it."""
    order_id = new_order_id()
    found = toss.bill(order_id).body
    assert (found["status"], found["type"]) == ("DONE", "BILLING")
    assert (found["orderId"], found["totalAmount"]) == (order_id, AMOUNT)
    assert toss.find_order(order_id).body["paymentKey"] == found["paymentKey"]


def test_an_order_is_charged_once(toss: TossApi) -> None:
    """Under one key the answer is given again, under another it is refused."""
    order_id, key = new_order_id(), uuid4().hex
    first = toss.bill(order_id, Idempotency_Key=key)
    assert toss.bill(order_id, Idempotency_Key=key) == first
    assert toss.bill(order_id).refusal == (400, "DUPLICATED_ORDER_ID")


def test_a_part_is_given_back_once_for_each_key(toss: TossApi) -> None:
    """What is kept is exact, and each part has its own key and line."""
    payment_key = toss.bill(new_order_id()).body["paymentKey"]
    key = uuid4().hex
    first = toss.cancel(payment_key, 300, Idempotency_Key=key)
    assert toss.cancel(payment_key, 300, Idempotency_Key=key) == first
    assert (first.body["status"], first.body["balanceAmount"]) == (
        "PARTIAL_CANCELED",
        AMOUNT - 300,
    )
    second = toss.cancel(payment_key, 200).body
    assert [one["cancelAmount"] for one in second["cancels"]] == [300, 200]
    assert len({one["transactionKey"] for one in second["cancels"]}) == 2
    assert second["balanceAmount"] == AMOUNT - 500


def test_all_is_given_back_once(toss: TossApi) -> None:
    """CANCELED with nothing left; then there is nothing to cancel."""
    payment_key = toss.bill(new_order_id()).body["paymentKey"]
    found = toss.cancel(payment_key).body
    assert (found["status"], found["balanceAmount"]) == ("CANCELED", 0)
    again = toss.cancel(payment_key)
    assert again.refusal == (400, "ALREADY_CANCELED_PAYMENT")


def test_no_more_is_given_back_than_was_taken(toss: TossApi) -> None:
    """403, and all of it stays."""
    payment_key = toss.bill(new_order_id()).body["paymentKey"]
    refused = toss.cancel(payment_key, AMOUNT + 1)
    assert refused.refusal == (403, "NOT_CANCELABLE_AMOUNT")
    assert toss.find(payment_key).body["balanceAmount"] == AMOUNT
