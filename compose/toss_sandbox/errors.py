"""Toss's errors: a code, its HTTP status, and a sentence."""

from __future__ import annotations

# https://docs.tosspayments.com/reference/error-codes, those the sandbox can give.
CODES: dict[str, tuple[int, str]] = {
    "ALREADY_PROCESSED_PAYMENT": (400, "This payment has already been processed."),
    "ALREADY_CANCELED_PAYMENT": (400, "The payment has already been canceled."),
    "DUPLICATED_ORDER_ID": (400, "The order id was used before; take another."),
    "INVALID_REQUEST": (400, "Bad request."),
    "INVALID_API_KEY": (400, "Incorrect secret key."),
    "INVALID_STOPPED_CARD": (400, "This card is stopped."),
    "INVALID_CARD_EXPIRATION": (400, "Please check the card's expiration date."),
    "INVALID_REJECT_CARD": (400, "The card was declined; ask its issuer."),
    "INVALID_IDEMPOTENCY_KEY": (400, "An idempotency key has 1 to 300 characters."),
    "BELOW_MINIMUM_AMOUNT": (400, "The amount is below the smallest one."),
    "EXCEED_MAX_DAILY_PAYMENT_COUNT": (400, "Too many payments today."),
    "PROVIDER_ERROR": (400, "Temporary error; please try again in a few minutes."),
    "CARD_PROCESSING_ERROR": (400, "The card company could not process it."),
    "NOT_FOUND_TERMINAL_ID": (400, "There is no terminal id."),
    "UNAUTHORIZED_KEY": (401, "Unauthenticated secret key or client key."),
    "FORBIDDEN_REQUEST": (403, "The request is not allowed."),
    "REJECT_CARD_PAYMENT": (403, "The limit is exceeded, or the balance too low."),
    "REJECT_ACCOUNT_PAYMENT": (403, "The balance is too low."),
    "REJECT_CARD_COMPANY": (403, "The card company declined the payment."),
    "NOT_CANCELABLE_AMOUNT": (403, "This amount cannot be canceled."),
    "NOT_CANCELABLE_PAYMENT": (403, "This payment cannot be canceled."),
    "NOT_AVAILABLE_PAYMENT": (403, "Payment is not available at this time."),
    "FDS_ERROR": (403, "The payment was stopped as suspicious."),
    "NOT_FOUND_PAYMENT": (404, "There is no such payment."),
    "NOT_FOUND_PAYMENT_SESSION": (404, "The payment session has expired or never was."),
    "NOT_FOUND_BILLING": (404, "There is no such billing key."),
    "IDEMPOTENT_REQUEST_PROCESSING": (409, "The same request is being processed."),
    "TOO_MANY_REQUESTS": (429, "Too many requests."),
    "COMMON_ERROR": (500, "Temporary error; please try again."),
    "UNKNOWN_PAYMENT_ERROR": (500, "The payment failed for an unknown reason."),
    "FAILED_INTERNAL_SYSTEM_PROCESSING": (500, "Internal processing failed."),
    "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING": (
        500,
        "The payment failed; please try again later.",
    ),
}


class TossError(Exception):
    """An answer that is an error."""

    def __init__(self, code: str, message: str = "", status: int = 0) -> None:
        """The code decides status and sentence where they are not given."""
        known_status, known_message = CODES.get(code, (400, "The request failed."))
        self.code = code
        self.message = message or known_message
        self.status = status or known_status
        super().__init__(f"{code}: {self.message}")

    @property
    def body(self) -> dict[str, str]:
        """As Toss writes it."""
        return {"code": self.code, "message": self.message}
