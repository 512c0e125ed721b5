"""A payment provider that moves no money and keeps honest books about it.

It declines customers whose id starts with `DECLINE`, a total of exactly 4000.02 USD or
4000002 KRW, and the share of charges that PAYMENT_SIMULATOR_DECLINE_RATE names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import blake2b

from common import clock, faults
from common.storage.bulk import insert_rows
from common.storage.reads import read_rows
from payment_svc.payments.gateway.port import (
    Charged,
    ChargeOutcome,
    ChargeRequest,
    Declined,
    GivenBack,
    RefundRefused,
    RefundRequest,
)
from payment_svc.payments.models import SimulatedCharge, SimulatedRefund

DECLINED_CUSTOMER = "DECLINE"
DECLINED_AMOUNTS = {"USD": Decimal("4000.02"), "KRW": Decimal(4_000_002)}


class Simulator:
    """The provider of demos and tests; its transaction ids start with SIM-."""

    settles_locally = True

    def __init__(self, decline_rate: Decimal = Decimal(0)) -> None:
        self._decline_rate = decline_rate

    def charge_many(self, requests: Sequence[ChargeRequest]) -> Sequence[ChargeOutcome]:
        """Charge each request once; its key remembers the outcome."""
        if not requests:
            return []
        keys = {request.key for request in requests}
        ledger = {
            row.charge_key: row for row in read_rows(SimulatedCharge, charge_key=keys)
        }
        fresh = []
        for request in requests:
            if request.key not in ledger:
                ledger[request.key] = self._charge(request)
                fresh.append(ledger[request.key])
        insert_rows(SimulatedCharge, fresh)
        return [_outcome(ledger[request.key]) for request in requests]

    def refund_many(self, requests: Sequence[RefundRequest]) -> Sequence[GivenBack]:
        """Give each amount back once. Raises RefundRefused beyond what was charged."""
        if not requests:
            return []
        keys = list({request.charge_key for request in requests})
        charges = SimulatedCharge.objects.in_bulk(keys)
        ledger = _Refunds(SimulatedRefund.objects.filter(charge_key__in=keys))
        outcomes = [
            ledger.give_back(request, charges.get(request.charge_key))
            for request in requests
        ]
        insert_rows(SimulatedRefund, ledger.fresh)
        return outcomes

    def _charge(self, request: ChargeRequest) -> SimulatedCharge:
        message = self._objection(request)
        return SimulatedCharge(
            charge_key=request.key,
            customer_id=request.customer_id,
            amount=request.amount,
            accepted=not message,
            transaction_id=f"SIM-{_digest(request.key)}",
            message=message,
            created_at=clock.now(),
        )

    def _objection(self, request: ChargeRequest) -> str:
        if request.customer_id.startswith(DECLINED_CUSTOMER):
            return f"The simulator declines customers named {DECLINED_CUSTOMER}…."
        if request.amount == DECLINED_AMOUNTS[request.currency]:
            return f"The simulator declines a total of exactly {request.amount}."
        if _share(request.key) < self._decline_rate:
            return f"The simulator declines a share of {self._decline_rate}."
        if faults.happens("payment.decline", to=request.key):
            return "A fault was turned on at payment.decline."
        return ""


class _Refunds:
    """The refunds of some charges, old ones and those being made."""

    def __init__(self, known: Iterable[SimulatedRefund]) -> None:
        self.fresh: list[SimulatedRefund] = []
        self._by_key: dict[str, SimulatedRefund] = {}
        self._given: defaultdict[str, Decimal] = defaultdict(Decimal)
        for refund in known:
            self._note(refund)

    def give_back(
        self, request: RefundRequest, charge: SimulatedCharge | None
    ) -> GivenBack:
        refund = self._by_key.get(request.key)
        if refund is None:
            self._check(request, charge)
            refund = _refund(request)
            self.fresh.append(refund)
            self._note(refund)
        return GivenBack(refund.transaction_id)

    def _check(self, request: RefundRequest, charge: SimulatedCharge | None) -> None:
        if charge is None or not charge.accepted:
            raise RefundRefused(f"{request.charge_key} was never charged")
        left = charge.amount - self._given[request.charge_key]
        if request.amount > left:
            raise RefundRefused(
                f"{request.charge_key}: {request.amount} asked back, {left} left"
            )

    def _note(self, refund: SimulatedRefund) -> None:
        self._by_key[refund.refund_key] = refund
        self._given[refund.charge_key] += refund.amount


def _refund(request: RefundRequest) -> SimulatedRefund:
    return SimulatedRefund(
        refund_key=request.key,
        charge_key=request.charge_key,
        amount=request.amount,
        transaction_id=f"SIM-{_digest(request.key)}",
        created_at=clock.now(),
    )


def _outcome(charge: SimulatedCharge) -> ChargeOutcome:
    if charge.accepted:
        return Charged(charge.transaction_id)
    return Declined(charge.message)


def _digest(key: str) -> str:
    return blake2b(key.encode(), digest_size=12).hexdigest()


def _share(key: str) -> Decimal:
    """A number in [0, 1) that belongs to the key, so a repeat is decided alike."""
    digest = blake2b(key.encode(), digest_size=4, person=b"decline").digest()
    return Decimal(int.from_bytes(digest)) / 2**32
