"""What Toss's error codes mean for the money: one table.

The codes are those of https://docs.tosspayments.com/reference/error-codes. A code that
is not here means what its HTTP status means, and in doubt: doubt. To doubt costs a
look; to be sure and wrong costs a customer's money.
"""

from __future__ import annotations

from collections.abc import Mapping

from payment_svc.payments.gateway.remote import (
    AlreadyDone,
    InDoubt,
    NotDone,
    NotPayable,
    RemoteDeclined,
    RemoteError,
)

# The bank, the card company or Toss's rules said no to this charge, and mean it.
_DECLINED = (
    "REJECT_CARD_PAYMENT",
    "REJECT_CARD_COMPANY",
    "REJECT_ACCOUNT_PAYMENT",
    "REJECT_TOSSPAY_INVALID_ACCOUNT",
    "INVALID_REJECT_CARD",
    "INVALID_STOPPED_CARD",
    "INVALID_CARD_EXPIRATION",
    "INVALID_CARD_NUMBER",
    "INVALID_CARD_LOST_OR_STOLEN",
    "INVALID_CARD_INSTALLMENT_PLAN",
    "INVALID_ACCOUNT_INFO_RE_REGISTER",
    "INVALID_PASSWORD",
    "INVALID_AUTHORIZE_AUTH",
    "INCORRECT_BASIC_AUTH_CARD",
    "NOT_ALLOWED_POINT_USE",
    "NOT_SUPPORTED_CARD_TYPE",
    "NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT",
    "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN",
    "NOT_AVAILABLE_BANK",
    "NOT_AVAILABLE_PAYMENT",
    "EXCEED_MAX_AMOUNT",
    "EXCEED_MAX_AUTH_COUNT",
    "EXCEED_MAX_CARD_INSTALLMENT_PLAN",
    "EXCEED_MAX_DAILY_PAYMENT_COUNT",
    "EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT",
    "EXCEED_MAX_ONE_DAY_AMOUNT",
    "EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT",
    "EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT",
    "EXCEED_MAX_PAYMENT_AMOUNT",
    "BELOW_MINIMUM_AMOUNT",
    "BELOW_ZERO_AMOUNT",
    "RESTRICTED_TRANSFER_ACCOUNT",
    "FDS_ERROR",
    # A refund that is refused: the amount, the payment or its state do not allow it.
    "NOT_CANCELABLE_AMOUNT",
    "NOT_CANCELABLE_PAYMENT",
    "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER",
    "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
    "NOT_ALLOWED_PARTIAL_REFUND",
    "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
    "NOT_MATCHES_REFUNDABLE_AMOUNT",
    "REFUND_REJECTED",
    "ALREADY_REFUND_PAYMENT",
)
# Under this key, with this order and amount, there is nothing to charge.
_NOT_PAYABLE = (
    "NOT_FOUND_PAYMENT_SESSION",
    "NOT_FOUND_PAYMENT",
    "NOT_FOUND",
    "FORBIDDEN_REQUEST",
    "INVALID_REQUEST",
    "INVALID_PAYMENT_KEY",
    "INVALID_ORDER_ID",
    "NOT_MATCHES_CUSTOMER_KEY",
    "NOT_FOUND_BILLING",
    "NOT_FOUND_BILLING_KEY",
    "INVALID_BILL_KEY_REQUEST",
    "NOT_SUPPORTED_METHOD",
    "UNAPPROVED_ORDER_ID",
)
# It happened before: what became of it stands in Toss's books.
_ALREADY = (
    "ALREADY_PROCESSED_PAYMENT",
    "ALREADY_COMPLETED_PAYMENT",
    "ALREADY_CANCELED_PAYMENT",
    "DUPLICATED_ORDER_ID",
    "DUPLICATED_REQUEST",
)
# Turned away at the door: our keys are wrong, or we ask too much.
_NOT_DONE = (
    "UNAUTHORIZED_KEY",
    "INVALID_API_KEY",
    "INCORRECT_BASIC_AUTH_FORMAT",
    "INVALID_UNREGISTERED_SUBMALL",
    "NOT_REGISTERED_BUSINESS",
    "NOT_FOUND_TERMINAL_ID",
    "INVALID_CLIENT_KEY",
    "TOO_MANY_REQUESTS",
    "INVALID_IDEMPOTENCY_KEY",
)
# An answer that says neither yes nor no.
_IN_DOUBT = (
    "PROVIDER_ERROR",
    "CARD_PROCESSING_ERROR",
    "COMMON_ERROR",
    "UNKNOWN_PAYMENT_ERROR",
    "FAILED_DB_PROCESSING",
    "FAILED_INTERNAL_SYSTEM_PROCESSING",
    "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING",
    "FAILED_METHOD_HANDLING_CANCEL",
    "FAILED_PARTIAL_REFUND",
    "FAILED_REFUND_PROCESS",
    "FAILED_CARD_COMPANY",
)
# The first call with this idempotency key is still running: its answer is yet to come.
RUNNING = "IDEMPOTENT_REQUEST_PROCESSING"

KINDS: Mapping[str, type[RemoteError]] = {
    **dict.fromkeys(_DECLINED, RemoteDeclined),
    **dict.fromkeys(_NOT_PAYABLE, NotPayable),
    **dict.fromkeys(_ALREADY, AlreadyDone),
    **dict.fromkeys(_NOT_DONE, NotDone),
    **dict.fromkeys(_IN_DOUBT, InDoubt),
}
TURNED_AWAY = frozenset({401, 429})


def error_of(status: int, code: str, message: str) -> RemoteError:
    """The error that an answer of Toss's amounts to."""
    if code == RUNNING:
        return InDoubt(code, message)
    kind = KINDS.get(code)
    if kind is None:
        kind = NotDone if status in TURNED_AWAY else InDoubt
    if kind is InDoubt:
        return InDoubt(code, message, answered=True)
    return kind(code, message)
