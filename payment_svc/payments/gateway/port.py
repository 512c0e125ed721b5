"""A payment provider as the books see it, whichever one stands behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRequest:
    """Take `amount` from the customer; the same key is never charged twice."""

    key: str
    order_id: str
    customer_id: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Charged:
    """The provider has the money."""

    transaction_id: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider did not take the money, and will not for this key."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """Give back `amount` of the charge; the same key is never given back twice."""

    key: str
    charge_key: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """The customer has the money again."""

    transaction_id: str


ChargeOutcome = Charged | Declined


class RefundRefused(Exception):
    """The provider does not give the money back; somebody must look why."""


class PaymentProvider(Protocol):
    """Charges and gives back, many at a time; outcomes are in the order of requests.

    One that `settles_locally` keeps its books in our database, in the transaction
    that asks. For any other, an intent must be committed before it is called.
    """

    settles_locally: bool

    def charge_many(self, requests: Sequence[ChargeRequest]) -> Sequence[ChargeOutcome]:
        """Charge each request; a repeated key gets its first outcome again."""

    def refund_many(self, requests: Sequence[RefundRequest]) -> Sequence[GivenBack]:
        """Give each amount back, again at most once a key. Raises RefundRefused."""
