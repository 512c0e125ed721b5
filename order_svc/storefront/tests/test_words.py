"""What happens to an order, in a customer's words; codes are never shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from order_svc.storefront import words
from order_svc.storefront.purchase import Payment, Purchase, Saga
from order_svc.storefront.tests.conftest import order, payment, saga


def guided(status: str, paid: str, led: dict[str, Any], **changes: Any) -> Purchase:
    """An orchestrated order."""
    return Purchase.of_order(
        order(status=status, **changes),
        Payment.read(payment(status=paid, failureReason=changes.get("why"))),
        Saga.read(saga(**led)),
    )


DECLINED = guided(
    "FAILED",
    "FAILED",
    {"status": "COMPENSATED", "compensationReason": "PAYMENT_DECLINED"},
)
CANCELLED = guided(
    "CANCELLED",
    "CANCELLED",
    {"status": "COMPENSATED", "compensationReason": "CANCELLED_BY_CUSTOMER"},
)


def test_a_failure_and_a_cancel_are_told_apart() -> None:
    """By heading, by mark and by reason."""
    assert words.phase(DECLINED) == ("FAILED", "Did not work out")
    assert words.headline(DECLINED) == "Your order did not work out"
    assert words.reason(DECLINED) == "Your bank declined the payment."
    assert words.phase(CANCELLED) == ("CANCELLED", "Cancelled")
    assert words.headline(CANCELLED) == "Your order has been cancelled"
    assert words.reason(CANCELLED) == "You cancelled it."


def test_an_order_that_goes_well_has_no_reason() -> None:
    """Whatever an earlier try has left."""
    again = guided(
        "FAILED", "PENDING", {"status": "PAYMENT_PROCESSING", "retryable": False}
    )
    assert words.reason(again) == ""
    assert words.blocked(again) == "It is still on its way."


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("PAYMENT_REFUNDED", "only you can pay again"),
        ("CANCELLED_BY_CUSTOMER", "You cancelled it"),
        ("COMPLETED", "It was cancelled"),
        ("SOMETHING_NEW", "It can't be tried again"),
    ],
)
def test_why_an_order_can_not_be_tried_again(code: str, sentence: str) -> None:
    """A code nobody has words for yet still says what to do."""
    led = {"status": "COMPENSATED", "retryBlockedReason": code}
    said = words.blocked(guided("CANCELLED", "REFUNDED", led))
    assert sentence in said and "anew" in said and code not in said


def test_what_was_ordered_is_one_line() -> None:
    """A product without a name is called by its id."""
    row = {"productId": "P2", "productName": "", "quantity": 1, "price": 1}
    one = guided("PENDING", "PENDING", {}, items=[row])
    assert words.title_of(one) == "P2"
    two = guided("PENDING", "PENDING", {}, items=[*order()["items"], row, row])
    assert words.title_of(two) == "Mouse and 2 more"


def test_the_words_are_korean_where_the_customer_is() -> None:
    """Those that were put together when the module was read, too."""
    with translation.override("ko"):
        assert words.headline(CANCELLED) == "주문이 취소되었습니다"
        assert words.refusal("PAYMENT_EXPIRED").startswith("결제 시간이 지났습니다")
        assert words.not_cancelled("ORDER_UNKNOWN", "").startswith("주문을 아직")
