"""What Toss's error codes mean for the money: one table.

The codes are those of https://docs.tosspayments.com/reference/error-codes: to confirm,
to cancel, to charge by billing key, to look up, and the list of all. A code that is
not here means what its HTTP status means, and in doubt: doubt. To doubt costs a look;
to be sure and wrong costs somebody's money.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from payment_svc.payments.gateway.remote import (
    AlreadyDone,
    InDoubt,
    NotDone,
    NotPayable,
    RemoteDeclined,
    RemoteError,
)
from payment_svc.payments.gateway.toss.asks import Call

# Toss knows neither of these codes: they are ours, for what it did not say.
NO_CODE = "NO_CODE"
NO_MESSAGE = "Toss did not say why."


class Meaning(Enum):
    """What is known of the money after an error."""

    DECLINED = RemoteDeclined
    NOT_PAYABLE = NotPayable
    ALREADY_DONE = AlreadyDone
    NOT_DONE = NotDone
    # An answer, which would be given again under the same idempotency key.
    UNCLEAR = InDoubt
    # No answer of Toss's own: what was asked may be under way.
    UNHEARD = None


# The customer's bank, card or limit, or Toss's rules: this charge will not be made.
_NO_CHARGE = (
    "REJECT_CARD_PAYMENT",
    "REJECT_CARD_COMPANY",
    "REJECT_ACCOUNT_PAYMENT",
    "REJECT_TOSSPAY_INVALID_ACCOUNT",
    "INVALID_REJECT_CARD",
    "INVALID_STOPPED_CARD",
    "INVALID_CARD",
    "INVALID_CARD_COMPANY",
    "INVALID_CARD_EXPIRATION",
    "INVALID_CARD_IDENTITY",
    "INVALID_CARD_INSTALLMENT_AMOUNT",
    "INVALID_CARD_INSTALLMENT_PLAN",
    "INVALID_CARD_LOST_OR_STOLEN",
    "INVALID_CARD_NUMBER",
    "INVALID_CARD_PASSWORD",
    "INVALID_ACCOUNT_INFO_RE_REGISTER",
    "INVALID_AUTHORIZE_AUTH",
    "INVALID_CURRENCY",
    "INVALID_EASY_PAY",
    "INVALID_PASSWORD",
    "NOT_ALLOWED_INSTALLMENT_BELOW_AMOUNT",
    "NOT_ALLOWED_POINT_USE",
    "NOT_AVAILABLE_BANK",
    "NOT_AVAILABLE_PAYMENT",
    "NOT_REGISTERED_CARD_COMPANY",
    "NOT_SUPPORTED_CARD_TYPE",
    "NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT",
    "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN",
    "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT",
    "NOT_SUPPORTED_USD",
    "EXCEEDS_TRANSFER_AMOUNT_MAXIMUM",
    "EXCEED_MAX_AMOUNT",
    "EXCEED_MAX_AUTH_COUNT",
    "EXCEED_MAX_CARD_INSTALLMENT_PLAN",
    "EXCEED_MAX_DAILY_PAYMENT_COUNT",
    "EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT",
    "EXCEED_MAX_ONE_DAY_AMOUNT",
    "EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT",
    "EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT",
    "EXCEED_MAX_PAYMENT_AMOUNT",
    "EXCEED_MIN_CARD_INSTALLMENT_PLAN",
    "EXCEED_UNKNOWN_CASE",
    "BELOW_MINIMUM_AMOUNT",
    "BELOW_ZERO_AMOUNT",
    "RESTRICTED_TRANSFER_ACCOUNT",
    "MAINTAINED_METHOD",
    "USER_ACCOUNT_ON_HOLD",
    "FDS_ERROR",
    # Our contract with Toss has a hole: it stays there however often we ask.
    "INVALID_UNREGISTERED_SUBMALL",
    "NOT_FOUND_TERMINAL_ID",
    "NOT_REGISTERED_BUSINESS",
    "NOT_REGISTERED_SUBMALL",
)
# The amount, the payment, its method or its age do not allow this refund.
_NO_REFUND = (
    "NOT_CANCELABLE_AMOUNT",
    "NOT_CANCELABLE_PAYMENT",
    "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER",
    "NOT_ALLOWED_PARTIAL_REFUND",
    "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
    "NOT_ALLOWED_REFUND_BANK",
    "NOT_SUPPORTED_REFUND",
    "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
    "EXCEED_CANCEL_LIMIT",
    "EXCEED_MAX_REFUND_AMOUNT",
    "EXCEED_MAX_REFUND_DUE",
    "FORBIDDEN_BANK_REFUND_REQUEST",
    "INVALID_BANK",
    "INVALID_REFUND_ACCOUNT_INFO",
    "INVALID_REFUND_ACCOUNT_NUMBER",
    "INVALID_REFUND_AMOUNT",
    "REFUND_REJECTED",
)
# Under this key, with this order and amount, there is nothing to charge.
_NOT_PAYABLE = (
    "NOT_FOUND_PAYMENT",
    "NOT_FOUND_PAYMENT_SESSION",
    "FORBIDDEN_REQUEST",
    "INVALID_ORDER_ID",
    "INVALID_ORDER_NAME",
    "INVALID_PAYMENT_KEY",
    "INVALID_REQUEST",
    "INVALID_REQUIRED_PARAM",
    "NOT_SUPPORTED_METHOD",
    "PAY_PROCESS_ABORTED",
    "PAY_PROCESS_CANCELED",
    "REQUIRED_AMOUNT",
    "UNAPPROVED_ORDER_ID",
    # The same of the agreement behind a billing key.
    "INVALID_BILL_KEY_REQUEST",
    "INVALID_BILLING_AUTH",
    "INVALID_CUSTOMER_KEY",
    "NOT_FOUND_BILLING",
    "NOT_MATCHES_CUSTOMER_KEY",
)
# It happened before, or something else did: what stands in Toss's books tells which.
_ALREADY = (
    "ALREADY_CANCELED_PAYMENT",
    "ALREADY_COMPLETED_PAYMENT",
    "ALREADY_PROCESSED_PAYMENT",
    "ALREADY_REFUND_PAYMENT",
    "DUPLICATED_ORDER_ID",
    "NOT_MATCHES_REFUNDABLE_AMOUNT",
)
# Turned away at the door: our keys are wrong, or we ask too much.
_NOT_DONE = (
    "INCORRECT_BASIC_AUTH_FORMAT",
    "INVALID_API_KEY",
    "INVALID_CLIENT_KEY",
    "INVALID_IDEMPOTENCY_KEY",
    "TOO_MANY_REQUESTS",
    "UNAUTHORIZED_KEY",
)
# An answer that says neither yes nor no: something broke on the way to the bank, or
# another call for this payment is in the way.
_UNCLEAR = (
    "ALREADY_REFUNDING_PAYMENT",
    "CARD_PROCESSING_ERROR",
    "COMMON_ERROR",
    "DUPLICATED_REQUEST",
    "FAILED_DB_PROCESSING",
    "FAILED_INTERNAL_SYSTEM_PROCESSING",
    "FAILED_METHOD_HANDLING",
    "FAILED_METHOD_HANDLING_CANCEL",
    "FAILED_PARTIAL_REFUND",
    "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING",
    "FAILED_REFUND_PROCESS",
    "FORBIDDEN_CONSECUTIVE_REQUEST",
    "PROVIDER_ERROR",
    "UNKNOWN_ERROR",
    "UNKNOWN_PAYMENT_ERROR",
)
# The first call under this idempotency key still runs: its answer is yet to come.
_UNHEARD = ("IDEMPOTENT_REQUEST_PROCESSING",)

MEANINGS: Mapping[str, Meaning] = {
    **dict.fromkeys(_NO_CHARGE, Meaning.DECLINED),
    **dict.fromkeys(_NO_REFUND, Meaning.DECLINED),
    **dict.fromkeys(_NOT_PAYABLE, Meaning.NOT_PAYABLE),
    **dict.fromkeys(_ALREADY, Meaning.ALREADY_DONE),
    **dict.fromkeys(_NOT_DONE, Meaning.NOT_DONE),
    **dict.fromkeys(_UNCLEAR, Meaning.UNCLEAR),
    **dict.fromkeys(_UNHEARD, Meaning.UNHEARD),
}
# A refund that meets a bank after hours is made in the morning; a charge is not.
BUT_LATER_FOR_CANCEL = frozenset({"NOT_AVAILABLE_BANK", "NOT_AVAILABLE_PAYMENT"})
# A look finds nothing where Toss has no such payment, or could have none. Not by
# NOT_FOUND, which is said of addresses too: a wrong one must not look like «unpaid».
FINDS_NONE = frozenset({"NOT_FOUND_PAYMENT", "INVALID_PAYMENT_KEY"})
TURNED_AWAY = frozenset({401, 429})


def finds_none(call: Call, code: str) -> bool:
    """True where the error says that there is no such payment to be looked at."""
    return call is Call.FIND and code in FINDS_NONE


def error_of(call: Call, status: int, code: str, message: str) -> RemoteError:
    """The error that an answer amounts to; without a code it was not Toss's word."""
    meaning = meaning_of(call, status, code)
    said = (code or NO_CODE, message or NO_MESSAGE)
    if meaning is Meaning.UNHEARD:
        return InDoubt(*said)
    if meaning is Meaning.UNCLEAR:
        return InDoubt(*said, answered=True)
    kind: type[RemoteError] = meaning.value
    return kind(*said)


def meaning_of(call: Call, status: int, code: str) -> Meaning:
    """What the code means after this call, and its status where it says nothing."""
    unknown = Meaning.UNCLEAR if code else Meaning.UNHEARD
    if status in TURNED_AWAY:
        unknown = Meaning.NOT_DONE
    meaning = MEANINGS.get(code, unknown)
    if call is Call.FIND and meaning not in {Meaning.NOT_DONE, Meaning.UNHEARD}:
        return Meaning.UNCLEAR  # whatever a look meets, it says nothing of the money
    if call is Call.CANCEL and code in BUT_LATER_FOR_CANCEL:
        return Meaning.UNCLEAR
    return meaning
