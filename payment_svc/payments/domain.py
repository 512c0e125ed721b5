"""The states of a payment, and every way from one to another.

No Django, no I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

PAYMENT_DECLINED = "PAYMENT_DECLINED"
PAYMENT_EXPIRED = "PAYMENT_EXPIRED"
METHOD_UNAVAILABLE = "PAYMENT_METHOD_UNAVAILABLE"
AMOUNT_MISMATCH = "AMOUNT_MISMATCH"
TOSS_SUCCESS_DB_FAILED = "TOSS_SUCCESS_DB_FAILED"
ALREADY_COMPENSATED = "ALREADY_COMPENSATED"
REFUNDED = "REFUNDED"


class PaymentStatus(StrEnum):
    """Where a payment stands; PENDING and PROCESSING await a customer, a provider."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    REFUNDED = "REFUNDED"
    CANCELLED = "CANCELLED"
    TOSS_SUCCESS_DB_FAILED = "TOSS_SUCCESS_DB_FAILED"


class Provider(StrEnum):
    """In whose books the money of a payment is; NONE for what was never charged."""

    NONE = ""
    SIMULATOR = "simulator"
    TOSS = "toss"


class Happening(StrEnum):
    """What can happen to a payment."""

    OFFERED = "OFFERED"
    CHARGE_ASKED = "CHARGE_ASKED"
    CHARGED = "CHARGED"
    NOT_SAVED = "NOT_SAVED"
    DECLINED = "DECLINED"
    NOT_PAYABLE = "NOT_PAYABLE"
    REFUNDED_IN_PART = "REFUNDED_IN_PART"
    REFUNDED_IN_FULL = "REFUNDED_IN_FULL"
    ABANDONED = "ABANDONED"
    ORPHAN_GIVEN_BACK = "ORPHAN_GIVEN_BACK"


class PaymentError(Exception):
    """A rule of the payment forbids what was asked."""


class IllegalTransition(PaymentError):
    """The happening is not possible in the payment's state."""


class Standing(Protocol):
    """A payment, as far as the rules look at it."""

    payment_id: str
    order_id: str
    saga_id: str
    customer_id: str
    status: str
    amount: Decimal
    refunded_amount: Decimal
    transaction_id: str
    failure_code: str
    failure_reason: str


_PENDING = PaymentStatus.PENDING
_PROCESSING = PaymentStatus.PROCESSING
_SUCCESS = PaymentStatus.SUCCESS
_FAILED = PaymentStatus.FAILED
_REFUNDED = PaymentStatus.REFUNDED
_CANCELLED = PaymentStatus.CANCELLED
_UNRECORDED = PaymentStatus.TOSS_SUCCESS_DB_FAILED

# Money may still come, or has not been booked: nothing can be said of the charge.
UNDER_WAY = frozenset({_PENDING, _PROCESSING, _UNRECORDED})
# Nothing of the customer's money is here, nor will be.
UNPAID = frozenset({_FAILED, _CANCELLED})

# Every transition there is; None stands for a payment that is not there yet.
TRANSITIONS: Mapping[PaymentStatus | None, Mapping[Happening, PaymentStatus]] = {
    None: {
        Happening.OFFERED: _PENDING,
        Happening.CHARGE_ASKED: _PROCESSING,
        Happening.CHARGED: _SUCCESS,
        Happening.DECLINED: _FAILED,
        Happening.ABANDONED: _CANCELLED,
    },
    _PENDING: {
        Happening.CHARGE_ASKED: _PROCESSING,
        # Toss has the money though nobody told us of a confirm.
        Happening.CHARGED: _SUCCESS,
        Happening.DECLINED: _FAILED,
        Happening.ABANDONED: _CANCELLED,
    },
    _PROCESSING: {
        Happening.CHARGED: _SUCCESS,
        Happening.NOT_SAVED: _UNRECORDED,
        Happening.DECLINED: _FAILED,
        Happening.NOT_PAYABLE: _PENDING,
        Happening.ABANDONED: _CANCELLED,
    },
    _UNRECORDED: {
        Happening.CHARGED: _SUCCESS,
        # It was given back at Toss meanwhile, or was not the charge we meant.
        Happening.DECLINED: _FAILED,
    },
    _SUCCESS: {
        Happening.REFUNDED_IN_PART: _SUCCESS,
        Happening.REFUNDED_IN_FULL: _REFUNDED,
    },
    _FAILED: {Happening.ORPHAN_GIVEN_BACK: _REFUNDED},
    _REFUNDED: {},
    _CANCELLED: {Happening.ORPHAN_GIVEN_BACK: _REFUNDED},
}


def payment_id_of(order_id: str, attempt: int) -> str:
    """The id of the one payment that an attempt of an order can have."""
    return f"PAY-{order_id}-{attempt}"


def toss_order_id_of(order_id: str, attempt: int) -> str:
    """The order id that Toss knows the attempt by: there it can be charged once."""
    return order_id if attempt == 1 else f"{order_id}_{attempt}"


def after(status: str | None, happening: Happening) -> PaymentStatus:
    """The state that follows. Raises IllegalTransition."""
    known = None if status is None else PaymentStatus(status)
    try:
        return TRANSITIONS[known][happening]
    except KeyError:
        state = known or "not there"
        raise IllegalTransition(
            f"a payment that is {state} cannot be {happening}"
        ) from None
