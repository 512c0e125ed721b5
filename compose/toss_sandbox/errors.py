"""Toss's errors: a code, its HTTP status, and a sentence."""

from __future__ import annotations

# https://docs.tosspayments.com/reference/error-codes, those the sandbox can give.
CODES: dict[str, tuple[int, str]] = {
    "ALREADY_PROCESSED_PAYMENT": (400, "This payment was processed before."),
    "ALREADY_CANCELED_PAYMENT": (400, "This payment was canceled before."),
    "DUPLICATED_ORDER_ID": (400, "This order id was charged before; take another."),
    "INVALID_REQUEST": (400, "The request is not valid."),
    "INVALID_ORDER_ID": (400, "An order id has 6 to 64 letters, digits, - _ and =."),
    "INVALID_API_KEY": (400, "The secret key is not right."),
    "INVALID_CARD_NUMBER": (400, "This is no test card; no other works here."),
    "INVALID_STOPPED_CARD": (400, "The card is stopped."),
    "INVALID_CARD_EXPIRATION": (400, "The card's expiry date is not right."),
    "INVALID_CARD_LOST_OR_STOLEN": (400, "The card was reported lost or stolen."),
    "INVALID_REJECT_CARD": (400, "The card was refused; ask its issuer."),
    "INVALID_IDEMPOTENCY_KEY": (400, "An idempotency key has at most 300 characters."),
    "NOT_MATCHES_CUSTOMER_KEY": (400, "The customer key is not the billing key's."),
    "BELOW_MINIMUM_AMOUNT": (400, "The amount is smaller, or larger, than it may be."),
    "EXCEED_MAX_DAILY_PAYMENT_COUNT": (400, "Too many payments for one day."),
    "EXCEED_MAX_PAYMENT_AMOUNT": (400, "Too high an amount for one day."),
    "PROVIDER_ERROR": (400, "Something went wrong for a moment; try again later."),
    "CARD_PROCESSING_ERROR": (400, "The card company made an error."),
    "NOT_FOUND_TERMINAL_ID": (400, "There is no terminal id."),
    "UNAUTHORIZED_KEY": (401, "The secret or client key is not known."),
    "FORBIDDEN_REQUEST": (403, "The request is not what was agreed to."),
    "REJECT_CARD_PAYMENT": (403, "The limit is exceeded, or the balance too low."),
    "REJECT_ACCOUNT_PAYMENT": (403, "The balance is too low."),
    "REJECT_CARD_COMPANY": (403, "The card company declined the payment."),
    "NOT_CANCELABLE_AMOUNT": (403, "This amount cannot be canceled."),
    "NOT_CANCELABLE_PAYMENT": (403, "This payment cannot be canceled."),
    "NOT_AVAILABLE_PAYMENT": (403, "No payment is possible at this time."),
    "EXCEED_MAX_AUTH_COUNT": (403, "Too many attempts; ask the card company."),
    "FDS_ERROR": (403, "The payment was stopped as suspicious."),
    "NOT_FOUND": (404, "There is nothing at this address."),
    "NOT_FOUND_PAYMENT": (404, "There is no such payment."),
    "NOT_FOUND_PAYMENT_SESSION": (404, "No payment waits here, or it waited too long."),
    "NOT_FOUND_BILLING": (404, "There is no such billing key."),
    "IDEMPOTENT_REQUEST_PROCESSING": (409, "The first of these requests still runs."),
    "TOO_MANY_REQUESTS": (429, "Too many requests."),
    "COMMON_ERROR": (500, "Something went wrong for a moment; try again later."),
    "UNKNOWN_PAYMENT_ERROR": (500, "The payment failed, and nobody knows why."),
    "FAILED_INTERNAL_SYSTEM_PROCESSING": (500, "Internal processing failed."),
    "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING": (
        500,
        "The payment failed within Toss; try again later.",
    ),
}


class TossError(Exception):
    """An answer that is an error."""

    def __init__(self, code: str, message: str = "", status: int | None = None) -> None:
        """The code decides status and sentence where they are not given."""
        known_status, known_message = CODES.get(code, (400, "The request failed."))
        self.code = code
        self.message = message or known_message
        self.status = known_status if status is None else status
        super().__init__(f"{code}: {self.message}")

    @property
    def body(self) -> dict[str, str]:
        """As Toss writes it."""
        return {"code": self.code, "message": self.message}
