"""The rules of a payment: its states, and what a message does in each of them.

A message is dealt with in three steps. `deed` says what must be done in the state the
payment is in; the books do it; the answer is then read from the state the payment is
in afterwards. A repeat finds nothing left to do and so gets the same answer.
No Django, no I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from common.contracts.base import PaymentMethod
from common.contracts.events import (
    InventoryFailed,
    OrderCreated,
)
from common.contracts.payment import ProcessPayment, RefundPayment

PAYMENT_DECLINED = "PAYMENT_DECLINED"
METHOD_UNAVAILABLE = "PAYMENT_METHOD_UNAVAILABLE"
ALREADY_COMPENSATED = "ALREADY_COMPENSATED"
REFUNDED = "REFUNDED"

Request = ProcessPayment | RefundPayment | OrderCreated | InventoryFailed


class PaymentStatus(StrEnum):
    """Where a payment stands; PENDING and PROCESSING await a customer, a provider."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    REFUNDED = "REFUNDED"
    CANCELLED = "CANCELLED"
    TOSS_SUCCESS_DB_FAILED = "TOSS_SUCCESS_DB_FAILED"


class Happening(StrEnum):
    """What can happen to a payment."""

    CHARGE_ASKED = "CHARGE_ASKED"
    CHARGED = "CHARGED"
    DECLINED = "DECLINED"
    REFUNDED_IN_PART = "REFUNDED_IN_PART"
    REFUNDED_IN_FULL = "REFUNDED_IN_FULL"
    ABANDONED = "ABANDONED"


class Deed(StrEnum):
    """What a message asks of the books."""

    CHARGE = "CHARGE"
    DECLINE = "DECLINE"
    REFUND = "REFUND"
    ABANDON = "ABANDON"
    NOTHING = "NOTHING"


class PaymentError(Exception):
    """A rule of the payment forbids what was asked."""


class IllegalTransition(PaymentError):
    """The happening is not possible in the payment's state."""


class PaymentInDoubt(PaymentError):
    """The provider has not said yet what became of the charge."""


class ContradictoryCharge(PaymentError):
    """The same attempt of an order asks for another amount than was charged."""


class NotPaid(PaymentError):
    """There is no money of this payment that could be given back."""


class RefundTooLarge(PaymentError):
    """More would be given back than is left of the charge."""


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

# Every transition there is; None stands for a payment that is not there yet.
TRANSITIONS: Mapping[PaymentStatus | None, Mapping[Happening, PaymentStatus]] = {
    None: {
        Happening.CHARGE_ASKED: _PROCESSING,
        Happening.DECLINED: _FAILED,
        Happening.ABANDONED: _CANCELLED,
    },
    _PENDING: {
        Happening.CHARGE_ASKED: _PROCESSING,
        Happening.ABANDONED: _CANCELLED,
    },
    _PROCESSING: {
        Happening.CHARGED: _SUCCESS,
        Happening.DECLINED: _FAILED,
    },
    _UNRECORDED: {
        Happening.CHARGED: _SUCCESS,
        Happening.REFUNDED_IN_FULL: _REFUNDED,
    },
    _SUCCESS: {
        Happening.REFUNDED_IN_PART: _SUCCESS,
        Happening.REFUNDED_IN_FULL: _REFUNDED,
    },
    _FAILED: {},
    _REFUNDED: {},
    _CANCELLED: {},
}

_CHARGING: Mapping[PaymentStatus | None, Deed] = {
    None: Deed.CHARGE,
    _SUCCESS: Deed.NOTHING,
    _FAILED: Deed.NOTHING,
    _REFUNDED: Deed.NOTHING,
    _CANCELLED: Deed.NOTHING,
}

_UNDOING: Mapping[PaymentStatus | None, Deed] = {
    None: Deed.ABANDON,
    _PENDING: Deed.ABANDON,
    _SUCCESS: Deed.REFUND,
    _UNRECORDED: Deed.REFUND,
    _FAILED: Deed.NOTHING,
    _REFUNDED: Deed.NOTHING,
    _CANCELLED: Deed.NOTHING,
}

DEEDS: Mapping[type[Request], Mapping[PaymentStatus | None, Deed]] = {
    ProcessPayment: _CHARGING,
    OrderCreated: _CHARGING,
    RefundPayment: _UNDOING,
    InventoryFailed: _UNDOING,
}


def payment_id_of(order_id: str, attempt: int) -> str:
    """The id of the one payment that an attempt of an order can have."""
    return f"PAY-{order_id}-{attempt}"


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


def deed(request: Request, payment: Standing | None) -> Deed:
    """What the request needs done to the payment as it stands.

    Raises PaymentInDoubt while the provider has the word, and ContradictoryCharge.
    """
    status = None if payment is None else PaymentStatus(payment.status)
    try:
        found = DEEDS[type(request)][status]
    except KeyError:
        raise PaymentInDoubt(
            f"{payment.payment_id if payment else 'the payment'} is {status}: it must "
            f"be settled with the provider before it can be charged or given back"
        ) from None
    if isinstance(request, ProcessPayment | OrderCreated):
        return _checked_charge(request, payment, found)
    return found


def concerns(request: Request, payment: Standing | None) -> bool:
    """False for an event of the choreography about an order that a saga runs."""
    orchestrated = payment is not None and payment.saga_id != ""
    return not orchestrated or isinstance(request, ProcessPayment | RefundPayment)


def attempt_of(request: Request) -> int:
    """Which attempt at the order is meant; a choreography has only the first."""
    if isinstance(request, ProcessPayment | RefundPayment):
        return request.attempt
    return 1


def amount_of(request: Request) -> Decimal:
    """What the request wants charged, or wants never to be charged."""
    if isinstance(request, OrderCreated):
        return request.total_amount
    if isinstance(request, InventoryFailed):
        return Decimal(0)
    return request.amount


def method_of(request: Request) -> PaymentMethod:
    """Who is to start the charge; AUTO where there will be none."""
    if isinstance(request, ProcessPayment | OrderCreated):
        return request.payment_method
    return PaymentMethod.AUTO


def method_refusal(method: str) -> str:
    """Why the service cannot charge by this method on its own."""
    return (
        f"The payment method {method} needs the customer, and no provider for it is "
        f"set up: order with {PaymentMethod.AUTO}."
    )


def left_of(payment: Standing) -> Decimal:
    """What is charged and not given back."""
    return payment.amount - payment.refunded_amount


def refund_happening(payment: Standing, amount: Decimal) -> Happening:
    """How the books name a refund of `amount`. Raises RefundTooLarge."""
    left = left_of(payment)
    if amount > left:
        raise RefundTooLarge(
            f"{amount} cannot be given back: {left} is left of "
            f"the {payment.amount} charged"
        )
    if amount == left:
        return Happening.REFUNDED_IN_FULL
    return Happening.REFUNDED_IN_PART


def amount_to_refund(payment: Standing, wanted: Decimal | None) -> Decimal:
    """What a person's request gives back: `wanted`, or all that is left.

    0 for a second request of all. Raises NotPaid and RefundTooLarge.
    """
    if payment.status not in (_SUCCESS, _REFUNDED, _UNRECORDED):
        raise NotPaid(
            f"The payment {payment.payment_id} is {payment.status}: "
            f"there is no money to give back."
        )
    if wanted is None:
        return left_of(payment) if payment.status != _REFUNDED else Decimal(0)
    refund_happening(payment, wanted)
    return wanted


def why(request: Request) -> str:
    """The reason of an undoing, as the books keep it."""
    if isinstance(request, RefundPayment):
        return request.reason
    if isinstance(request, InventoryFailed):
        found = f"{request.reason}: {request.message}" if request.message else ""
        return found[:2000] or request.reason
    return ""


def _checked_charge(
    request: ProcessPayment | OrderCreated, payment: Standing | None, found: Deed
) -> Deed:
    if found is Deed.CHARGE:
        is_auto = request.payment_method == PaymentMethod.AUTO
        return Deed.CHARGE if is_auto else Deed.DECLINE
    asked = amount_of(request)
    if payment and payment.status == _SUCCESS and payment.amount != asked:
        raise ContradictoryCharge(
            f"{payment.payment_id} was charged {payment.amount}, "
            f"and now {asked} is asked for the same attempt"
        )
    return found
