"""What a message needs done to a payment, by the state that the payment is in; pure.

A message is dealt with in three steps. `deed` says what must be done; the books do it;
the answer is then read from the state the payment is in afterwards. A repeat finds
nothing left to do and so gets the same answer. Where no answer can be read yet, the
message waits with its payment and is dealt with again whenever that moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from common.contracts.base import PaymentMethod
from common.contracts.events import InventoryFailed, OrderCreated
from common.contracts.payment import ProcessPayment, RefundPayment
from payment_svc.payments.domain import (
    UNDER_WAY,
    PaymentError,
    PaymentStatus,
    Standing,
)
from payment_svc.payments.requests import Charging, Request, amount_of


class Deed(StrEnum):
    """What a message asks of the books."""

    CHARGE = "CHARGE"
    REFUND = "REFUND"
    ABANDON = "ABANDON"
    WAIT = "WAIT"
    NOTHING = "NOTHING"


class Route(StrEnum):
    """How money comes in by a payment method, as this service is set up."""

    HERE = "HERE"
    REMOTE = "REMOTE"
    CUSTOMER = "CUSTOMER"
    NONE = "NONE"


class ContradictoryCharge(PaymentError):
    """The same attempt of an order asks for another amount than was charged."""


_PENDING = PaymentStatus.PENDING
_PROCESSING = PaymentStatus.PROCESSING
_SUCCESS = PaymentStatus.SUCCESS
_FAILED = PaymentStatus.FAILED
_REFUNDED = PaymentStatus.REFUNDED
_CANCELLED = PaymentStatus.CANCELLED
_UNRECORDED = PaymentStatus.TOSS_SUCCESS_DB_FAILED

_CHARGING: Mapping[PaymentStatus | None, Deed] = {
    None: Deed.CHARGE,
    _PENDING: Deed.WAIT,
    _PROCESSING: Deed.WAIT,
    _UNRECORDED: Deed.WAIT,
    _SUCCESS: Deed.NOTHING,
    _FAILED: Deed.NOTHING,
    _REFUNDED: Deed.NOTHING,
    _CANCELLED: Deed.NOTHING,
}

_UNDOING: Mapping[PaymentStatus | None, Deed] = {
    None: Deed.ABANDON,
    _PENDING: Deed.ABANDON,
    # The provider has the word: what became of the charge decides.
    _PROCESSING: Deed.WAIT,
    _UNRECORDED: Deed.WAIT,
    _SUCCESS: Deed.REFUND,
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


def deed(request: Request, payment: Standing | None) -> Deed:
    """What the request needs done to the payment as it stands.

    Raises ContradictoryCharge.
    """
    status = None if payment is None else PaymentStatus(payment.status)
    if payment is not None and isinstance(request, Charging):
        _check_amount(payment, amount_of(request))
    return DEEDS[type(request)][status]


def is_answerable(request: Request, payment: Standing) -> bool:
    """True when the payment's state says what became of the request."""
    if isinstance(request, Charging):
        return payment.status not in UNDER_WAY
    return payment.status in (_FAILED, _REFUNDED, _CANCELLED)


def wants_undoing(request: Request) -> bool:
    """True when whoever asks no longer wants the money."""
    return not isinstance(request, Charging)


def method_refusal(method: str) -> str:
    """Why the service cannot charge by this method."""
    return (
        f"The payment method {method} needs the customer, and no provider for it is "
        f"set up: order with {PaymentMethod.AUTO}."
    )


def _check_amount(payment: Standing, asked: Decimal) -> None:
    if payment.status == _SUCCESS and payment.amount != asked:
        raise ContradictoryCharge(
            f"{payment.payment_id} was charged {payment.amount}, "
            f"and now {asked} is asked for the same attempt"
        )
