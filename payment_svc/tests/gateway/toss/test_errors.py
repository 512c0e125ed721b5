"""What each of Toss's documented error codes means for the money."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_svc.payments.gateway.remote import (
    AlreadyDone,
    InDoubt,
    NotDone,
    NotPayable,
    RemoteDeclined,
    RemoteError,
)
from payment_svc.payments.gateway.toss.asks import Call
from payment_svc.payments.gateway.toss.errors import (
    MEANINGS,
    Meaning,
    error_of,
    finds_none,
)

KINDS = {
    "declined": RemoteDeclined,
    "not_payable": NotPayable,
    "already": AlreadyDone,
    "not_done": NotDone,
    "unclear": InDoubt,
    "unheard": InDoubt,
}

# As https://docs.tosspayments.com/reference/error-codes has them, call by call.
CONFIRM = """
400 already ALREADY_PROCESSED_PAYMENT
400 unclear PROVIDER_ERROR CARD_PROCESSING_ERROR
400 declined EXCEED_MAX_CARD_INSTALLMENT_PLAN NOT_ALLOWED_POINT_USE INVALID_REJECT_CARD
400 declined BELOW_MINIMUM_AMOUNT INVALID_CARD_EXPIRATION INVALID_STOPPED_CARD
400 declined EXCEED_MAX_DAILY_PAYMENT_COUNT EXCEED_MAX_PAYMENT_AMOUNT EXCEED_MAX_AMOUNT
400 declined NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT NOT_FOUND_TERMINAL_ID
400 declined INVALID_CARD_INSTALLMENT_PLAN NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN
400 declined INVALID_AUTHORIZE_AUTH INVALID_CARD_LOST_OR_STOLEN INVALID_CARD_NUMBER
400 declined RESTRICTED_TRANSFER_ACCOUNT INVALID_UNREGISTERED_SUBMALL
400 declined NOT_REGISTERED_BUSINESS EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT
400 declined EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT INVALID_ACCOUNT_INFO_RE_REGISTER
400 declined NOT_AVAILABLE_PAYMENT EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT
400 not_payable INVALID_REQUEST UNAPPROVED_ORDER_ID
400 not_done INVALID_API_KEY INVALID_IDEMPOTENCY_KEY
401 not_done UNAUTHORIZED_KEY
403 declined REJECT_ACCOUNT_PAYMENT REJECT_CARD_PAYMENT REJECT_CARD_COMPANY FDS_ERROR
403 declined REJECT_TOSSPAY_INVALID_ACCOUNT EXCEED_MAX_AUTH_COUNT INVALID_PASSWORD
403 declined EXCEED_MAX_ONE_DAY_AMOUNT NOT_AVAILABLE_BANK
403 not_payable FORBIDDEN_REQUEST
403 not_done INCORRECT_BASIC_AUTH_FORMAT
404 not_payable NOT_FOUND_PAYMENT NOT_FOUND_PAYMENT_SESSION
409 unheard IDEMPOTENT_REQUEST_PROCESSING
500 unclear FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING UNKNOWN_PAYMENT_ERROR
500 unclear FAILED_INTERNAL_SYSTEM_PROCESSING
"""
BILLING = """
400 already DUPLICATED_ORDER_ID ALREADY_PROCESSED_PAYMENT
400 declined INVALID_CARD_EXPIRATION NOT_SUPPORTED_CARD_TYPE INVALID_STOPPED_CARD
400 not_payable NOT_MATCHES_CUSTOMER_KEY INVALID_BILL_KEY_REQUEST INVALID_REQUEST
400 unclear PROVIDER_ERROR
401 not_done UNAUTHORIZED_KEY
403 declined REJECT_CARD_COMPANY REJECT_CARD_PAYMENT REJECT_ACCOUNT_PAYMENT
403 not_payable FORBIDDEN_REQUEST
404 not_payable NOT_FOUND_BILLING
409 unheard IDEMPOTENT_REQUEST_PROCESSING
500 unclear FAILED_INTERNAL_SYSTEM_PROCESSING FAILED_DB_PROCESSING
"""
CANCEL = """
400 already ALREADY_CANCELED_PAYMENT ALREADY_REFUND_PAYMENT
400 already NOT_MATCHES_REFUNDABLE_AMOUNT
400 declined INVALID_REFUND_ACCOUNT_INFO EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT
400 declined INVALID_REFUND_ACCOUNT_NUMBER INVALID_BANK REFUND_REJECTED
400 declined FORBIDDEN_BANK_REFUND_REQUEST
400 not_payable INVALID_REQUEST
400 unclear PROVIDER_ERROR
401 not_done UNAUTHORIZED_KEY
403 declined NOT_CANCELABLE_AMOUNT NOT_CANCELABLE_PAYMENT EXCEED_MAX_REFUND_DUE
403 declined NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT NOT_ALLOWED_PARTIAL_REFUND
403 declined NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER EXCEED_CANCEL_LIMIT
403 unclear FORBIDDEN_CONSECUTIVE_REQUEST NOT_AVAILABLE_BANK
403 not_payable FORBIDDEN_REQUEST
403 not_done INCORRECT_BASIC_AUTH_FORMAT
404 not_payable NOT_FOUND_PAYMENT
409 unheard IDEMPOTENT_REQUEST_PROCESSING
500 unclear FAILED_INTERNAL_SYSTEM_PROCESSING FAILED_REFUND_PROCESS COMMON_ERROR
500 unclear FAILED_METHOD_HANDLING_CANCEL FAILED_PARTIAL_REFUND
500 unclear FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING
"""
FIND = """
400 unclear NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT INVALID_REQUEST
401 not_done UNAUTHORIZED_KEY
403 unclear FORBIDDEN_CONSECUTIVE_REQUEST FORBIDDEN_REQUEST
403 not_done INCORRECT_BASIC_AUTH_FORMAT
404 unclear NOT_FOUND
500 unclear FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING
"""
DOCUMENTED = [
    (call, int(status), code, meaning)
    for call, table in [
        (Call.CONFIRM, CONFIRM),
        (Call.BILLING, BILLING),
        (Call.CANCEL, CANCEL),
        (Call.FIND, FIND),
    ]
    for status, meaning, *codes in map(str.split, table.strip().splitlines())
    for code in codes
]

codes = st.one_of(
    st.just(""), st.sampled_from(sorted(MEANINGS)), st.from_regex(r"[A-Z_]{1,30}")
)
statuses = st.integers(300, 599)


@pytest.mark.parametrize(("call", "status", "code", "meaning"), DOCUMENTED)
def test_a_documented_code_means(
    call: Call, status: int, code: str, meaning: str
) -> None:
    """What the table of the documentation is read to say here."""
    error = error_of(call, status, code, "why")
    assert type(error) is KINDS[meaning]
    assert (error.code, error.message) == (code, "why")
    if isinstance(error, InDoubt):
        assert error.answered == (meaning == "unclear")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, NotDone) for status in (401, 429)),
        *((status, InDoubt) for status in (302, 400, 403, 404, 409, 422, 500, 503)),
    ],
)
@pytest.mark.parametrize("call", Call)
def test_an_unknown_code_leaves_doubt(
    call: Call, status: int, kind: type[RemoteError]
) -> None:
    """Unless the status says that the call was turned away at the door."""
    error = error_of(call, status, "QUITE_NEW", "")
    assert type(error) is kind
    assert error.message == "Toss did not say why."
    if isinstance(error, InDoubt):
        assert error.answered


@pytest.mark.parametrize("call", Call)
def test_an_error_without_a_code_was_not_tosss_word(call: Call) -> None:
    """A proxy gave up: what it passed on may be under way, so the key stays."""
    error = error_of(call, 504, "", "")
    assert isinstance(error, InDoubt)
    assert not error.answered
    assert error.code == "NO_CODE"


@given(status=statuses, code=codes)
def test_a_failed_look_never_says_anything_of_the_money(status: int, code: str) -> None:
    """Else a payment that was charged would be taken for unpaid."""
    assert type(error_of(Call.FIND, status, code, "")) in {InDoubt, NotDone}


@given(status=statuses, code=codes, call=st.sampled_from(Call))
def test_every_error_has_a_meaning(status: int, code: str, call: Call) -> None:
    """Whatever Toss, or who stands before it, may say."""
    assert isinstance(error_of(call, status, code, ""), RemoteError)


@pytest.mark.parametrize("call", Call)
def test_only_a_look_finds_none(call: Call) -> None:
    """And only by a code that says so of payments, not of addresses."""
    is_look = call is Call.FIND
    assert finds_none(call, "NOT_FOUND_PAYMENT") == is_look
    assert finds_none(call, "INVALID_PAYMENT_KEY") == is_look
    assert not finds_none(call, "NOT_FOUND")
    assert not finds_none(call, "NOT_FOUND_MERCHANT")
    assert not finds_none(call, "")


def test_every_meaning_is_of_use() -> None:
    """The table names each."""
    assert set(MEANINGS.values()) == set(Meaning)
