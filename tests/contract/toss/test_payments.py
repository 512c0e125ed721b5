"""A customer's payment: confirmed once, found, given back in parts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.contract.toss.api import AMOUNT, Answer, TossApi

DECLINED = "4000000000000002"


def test_a_confirm_answers_with_the_payment(toss: TossApi) -> None:
    """DONE, with money, times in Seoul, a card without its number, a receipt."""
    agreed = toss.agreed()
    answer = toss.confirm(agreed)
    assert answer.status == 200
    found = answer.body
    for name in ("paymentKey", "orderId"):
        assert found[name] == agreed[name]
    assert (found["status"], found["type"], found["method"]) == (
        "DONE",
        "NORMAL",
        "카드",
    )
    assert (found["totalAmount"], found["balanceAmount"]) == (AMOUNT, AMOUNT)
    approved = datetime.fromisoformat(found["approvedAt"])
    assert approved.utcoffset() == timedelta(hours=9)
    assert datetime.fromisoformat(found["requestedAt"]) <= approved
    assert "*" in found["card"]["number"]
    assert found["receipt"]["url"].startswith("http")
    assert (found["cancels"], found["failure"]) == (None, None)


def test_a_payment_is_found_by_key_and_by_order(toss: TossApi) -> None:
    """As it was confirmed."""
    confirmed = toss.confirm(toss.agreed()).body
    assert toss.find(confirmed["paymentKey"]).body == confirmed
    assert toss.find_order(confirmed["orderId"]).body == confirmed


def test_another_amount_or_order_is_forbidden(toss: TossApi) -> None:
    """And what was agreed to can still be confirmed."""
    agreed = toss.agreed()
    cheaper = toss.confirm({**agreed, "amount": AMOUNT - 1})
    assert cheaper.refusal == (403, "FORBIDDEN_REQUEST")
    other = toss.confirm({**agreed, "orderId": "another-order"})
    assert other.refusal == (403, "FORBIDDEN_REQUEST")
    assert toss.confirm(agreed).status == 200


def test_a_second_confirm_says_that_it_was_done(toss: TossApi) -> None:
    """Unless it has the first one's key: then it gets the first one's answer."""
    agreed, key = toss.agreed(), uuid4().hex
    first = toss.confirm(agreed, Idempotency_Key=key)
    assert toss.confirm(agreed, Idempotency_Key=key) == first
    assert toss.confirm(agreed).refusal == (400, "ALREADY_PROCESSED_PAYMENT")


@pytest.mark.timeout(120)
def test_a_hundred_confirms_at_once_are_one_charge(toss: TossApi) -> None:
    """One 200; the others are told that it was processed."""
    agreed = toss.agreed()

    def confirm(_number: int) -> Answer:
        return toss.confirm(agreed)

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(confirm, range(100)))
    assert sorted(one.status for one in answers) == [200] + [400] * 99
    assert toss.find(agreed["paymentKey"]).body["balanceAmount"] == AMOUNT


def test_a_declined_card_aborts_the_payment(toss: TossApi) -> None:
    """The reason is in the payment."""
    agreed = toss.agreed(DECLINED)
    assert toss.confirm(agreed).refusal == (403, "REJECT_CARD_PAYMENT")
    found = toss.find(agreed["paymentKey"]).body
    assert (found["status"], found["failure"]["code"]) == (
        "ABORTED",
        "REJECT_CARD_PAYMENT",
    )


def test_a_payment_that_waits_cannot_be_cancelled(toss: TossApi) -> None:
    """There is no money to give back."""
    agreed = toss.agreed()
    refused = toss.cancel(agreed["paymentKey"])
    assert refused.refusal == (403, "NOT_CANCELABLE_PAYMENT")
