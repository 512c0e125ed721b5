"""A payment provider at the other end of a line, as settlement sees it.

It keeps books of its own, so a call to it is no part of our transactions: an intent
is committed first, then the call is made, then its outcome is booked. Where the line
breaks in between, `find` is how the truth is read back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol


class RemoteStatus(StrEnum):
    """Where a payment stands in the provider's books; the names are Toss's."""

    READY = "READY"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING_FOR_DEPOSIT = "WAITING_FOR_DEPOSIT"
    DONE = "DONE"
    CANCELED = "CANCELED"
    PARTIAL_CANCELED = "PARTIAL_CANCELED"
    ABORTED = "ABORTED"
    EXPIRED = "EXPIRED"


# The money was taken, whatever was given back of it since.
CHARGED = frozenset(
    {RemoteStatus.DONE, RemoteStatus.CANCELED, RemoteStatus.PARTIAL_CANCELED}
)
# The money was not taken, and never will be by this payment.
OVER = frozenset({RemoteStatus.ABORTED, RemoteStatus.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePayment:
    """A payment as the provider has it; `balance` is what it still keeps of `total`.

    `data` is the provider's own record without its secrets, to be shown and kept.
    """

    payment_key: str
    order_id: str
    status: RemoteStatus
    total: Decimal
    balance: Decimal
    currency: str
    transaction_id: str = ""
    receipt_url: str = ""
    approved_at: datetime | None = None
    failure_code: str = ""
    failure_message: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Take the money that the customer has agreed to in the payment window."""

    idempotency_key: str
    payment_key: str
    order_id: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeAgreed:
    """Take money without the customer, by the agreement that a billing key stands for.

    `order_id` is the provider's: a second charge under it is refused.
    """

    idempotency_key: str
    order_id: str
    order_name: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack:
    """Give back `amount`, all of the payment or a part."""

    idempotency_key: str
    payment_key: str
    amount: Decimal
    reason: str


class RemoteError(Exception):
    """What the provider, or the line to it, said instead of doing what was asked."""

    def __init__(self, code: str, message: str) -> None:
        """`code` is the provider's, or ours where it said none."""
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}")


class RemoteDeclined(RemoteError):
    """It was refused, for good: no money moved by this call, and none will."""


class NotPayable(RemoteError):
    """There is nothing under this payment key that could be charged; no money moved."""


class AlreadyDone(RemoteError):
    """It says that this was done before: read back what became of that."""


class NotDone(RemoteError):
    """Nothing was done, surely: not reached, our keys refused, or too many calls.

    The same call may be made again later, under the same idempotency key.
    """


class InDoubt(RemoteError):
    """Nobody knows: no answer, or one that says neither yes nor no. Read back.

    `answered` is True where an answer came: under the same idempotency key it would
    be given again, so a repeat needs another one.
    """

    def __init__(self, code: str, message: str, *, answered: bool = False) -> None:
        """`code` and `message` as for any RemoteError."""
        super().__init__(code, message)
        self.answered = answered


class RemoteProvider(Protocol):
    """Charges and gives back over the line; every method may be called by any thread.

    All raise RemoteError; each of its kinds says what is known about the money.
    """

    currency: str

    def confirm(self, request: Confirm) -> RemotePayment:
        """Charge what the customer agreed to."""

    def charge(self, request: ChargeAgreed) -> RemotePayment:
        """Charge without the customer."""

    def give_back(self, request: GiveBack) -> RemotePayment:
        """Give back; the answer is the whole payment as it stands then."""

    def find(
        self, *, payment_key: str = "", order_id: str = ""
    ) -> RemotePayment | None:
        """The payment of this key or, without a key, of this order; None for none."""
