"""Every test card does what its line in the window says."""

from __future__ import annotations

import pytest

from compose.toss_sandbox import texts
from compose.toss_sandbox.cards import CARDS, card_numbered, grouped, masked
from compose.toss_sandbox.errors import CODES, TossError
from compose.toss_sandbox.models import Status
from tests.compose.toss_sandbox.desk import Desk, bodied, payment_of


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the calls would have slept."""
    seconds: list[float] = []
    monkeypatch.setattr("compose.toss_sandbox.calls.sleep", seconds.append)
    return seconds


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("4000-0000-0000-0002", 403, "REJECT_CARD_PAYMENT"),
        ("4000-0000-0000-9995", 403, "REJECT_ACCOUNT_PAYMENT"),
        ("4000-0000-0000-0069", 400, "INVALID_STOPPED_CARD"),
    ],
)
def test_a_declined_card_ends_its_payment(
    desk: Desk, number: str, status: int, code: str
) -> None:
    """ABORTED, with the reason in it; no further confirm charges it."""
    body = desk.agree(cardNumber=number)
    response = desk.confirm(body)
    assert (response.status_code, bodied(response)["code"]) == (status, code)
    found = bodied(desk.get(f"/v1/payments/{body['paymentKey']}"))
    assert (found["status"], found["failure"]["code"]) == ("ABORTED", code)
    assert (found["receipt"], found["approvedAt"]) == (None, None)
    again = desk.confirm(body)
    assert bodied(again)["code"] == "NOT_FOUND_PAYMENT_SESSION"


@pytest.mark.parametrize(
    ("number", "seconds"), [("4000000000003220", 3.0), ("4000000000003063", 30.0)]
)
def test_a_slow_card_is_approved_in_the_end(
    desk: Desk, slept: list[float], number: str, seconds: float
) -> None:
    """After so many seconds, and only a charge takes them."""
    desk.paid(cardNumber=number)
    assert sum(slept) == seconds
    slept.clear()
    assert bodied(desk.get("/v1/payments/orders/ORD-000001"))["status"] == "DONE"
    assert sum(slept) == 0


def test_a_lost_answer_is_a_charge_all_the_same(desk: Desk) -> None:
    """The body breaks off; under the same key the whole answer is given."""
    body = desk.agree(cardNumber="4000000000000341")
    lost = desk.confirm(body, Idempotency_Key="k")
    assert b"".join(lost) == b'{"mId'
    assert int(lost["Content-Length"]) > 5
    assert payment_of().status == Status.DONE
    assert bodied(desk.confirm(body, Idempotency_Key="k"))["status"] == "DONE"
    assert [(one["status"], one["code"]) for one in desk.log()] == [
        (None, "ANSWER_LOST"),
        (200, ""),
    ]


def test_an_error_after_the_charge_hides_it(desk: Desk) -> None:
    """500, and the money was taken: only a look tells."""
    body = desk.agree(cardNumber="4000000000000119")
    response = desk.confirm(body, Idempotency_Key="k")
    code = "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING"
    assert (response.status_code, bodied(response)["code"]) == (500, code)
    assert payment_of().status == Status.DONE
    assert bodied(desk.confirm(body, Idempotency_Key="k"))["code"] == code
    assert bodied(desk.confirm(body))["code"] == "ALREADY_PROCESSED_PAYMENT"


def test_a_temporary_error_passes(desk: Desk) -> None:
    """Twice PROVIDER_ERROR, without a charge; the third call charges."""
    body = desk.agree(cardNumber="4000000000000127")
    for _ in range(2):
        response = desk.confirm(body)
        found = (response.status_code, bodied(response)["code"])
        assert found == (400, "PROVIDER_ERROR")
        assert payment_of().status == Status.IN_PROGRESS
    assert desk.confirm(body).status_code == 200


def test_a_kept_card_s_first_two_refunds_fail(desk: Desk) -> None:
    """500 twice, without a refund; the third gives the money back."""
    key = desk.paid(cardNumber="4000000000005126")
    reason = {"cancelReason": "x"}
    for _ in range(2):
        assert desk.cancel(key, reason).status_code == 500
        assert payment_of().status == Status.DONE
    assert bodied(desk.cancel(key, reason))["status"] == "CANCELED"


@pytest.mark.parametrize(
    ("billing_key", "seconds", "status"),
    [
        ("billing_sandbox", 0, "DONE"),
        ("billing_sandbox_slow", 3, "DONE"),
        ("billing_sandbox_answer_lost", 0, "DONE"),
        ("billing_sandbox_declines", 0, "ABORTED"),
    ],
)
def test_a_billing_key_is_a_card(
    desk: Desk, slept: list[float], billing_key: str, seconds: int, status: str
) -> None:
    """It does what the card of the same name does."""
    desk.bill(billing_key)
    assert (payment_of().status, sum(slept)) == (status, seconds)


def test_no_other_card_is_taken() -> None:
    """So nobody's own ends in the books."""
    with pytest.raises(TossError, match="no test card"):
        card_numbered("5555-5555-5555-4444")


def test_a_number_may_be_written_in_any_way() -> None:
    """With spaces, dashes or nothing between."""
    for written in ("4242 4242 4242 4242", "4242-4242-4242-4242", "4242424242424242"):
        assert card_numbered(written).name == "good"


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.name)
def test_every_card_is_told_in_both_languages(card: object) -> None:
    """And its refusals are codes of Toss's."""
    found = next(one for one in CARDS.values() if one is card)
    assert found.name in texts.ENGLISH.cards
    assert found.name in texts.KOREAN.cards
    assert {found.declines, found.fails_after} <= {*CODES, ""}


def test_a_card_is_shown_in_parts() -> None:
    """Grouped to a person, masked in the books."""
    assert grouped("4242424242424242") == "4242-4242-4242-4242"
    assert masked("4242424242424242") == "42424242****424*"
