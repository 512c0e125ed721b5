"""Asking Toss, outside of any transaction."""

from __future__ import annotations

from payment_svc.payments import gateway
from payment_svc.payments.domain import UNPAID
from payment_svc.payments.gateway.remote import (
    ChargeAgreed,
    Confirm,
    GiveBack,
    NotDone,
    RemoteError,
    RemotePayment,
    RemoteProvider,
)
from payment_svc.payments.models import Payment, Refund
from payment_svc.payments.settlement.claim import Claim
from payment_svc.payments.settlement.plan import Act, is_by_customer

# What Toss said; None where it knows no such payment.
Outcome = RemotePayment | RemoteError | None
UNDONE = "The order was not carried out."


def ask(claim: Claim) -> Outcome:
    """What came of the claim's act; an error of the line is an outcome too."""
    provider = gateway.remote()
    if provider is None:
        return NotDone("TOSS_NOT_CONFIGURED", "There is no TOSS_SECRET_KEY.")
    try:
        if claim.act is Act.CHARGE:
            return _charge(provider, claim.payment)
        if claim.act is Act.GIVE_BACK and claim.refund is not None:
            return _give_back(provider, claim.payment, claim.refund)
        return _find(provider, claim)
    except RemoteError as error:
        return error


def _charge(provider: RemoteProvider, payment: Payment) -> RemotePayment:
    key = f"{payment.payment_id}/charge-{payment.call_key}"
    if is_by_customer(payment):
        return provider.confirm(
            Confirm(
                idempotency_key=key,
                payment_key=payment.toss_payment_key,
                order_id=payment.toss_order_id,
                amount=payment.amount,
            )
        )
    return provider.charge(
        ChargeAgreed(
            idempotency_key=key,
            order_id=payment.toss_order_id,
            order_name=payment.order_id,
            amount=payment.amount,
        )
    )


def _give_back(
    provider: RemoteProvider, payment: Payment, refund: Refund
) -> RemotePayment:
    return provider.give_back(
        GiveBack(
            idempotency_key=f"{refund.refund_id}/{refund.call_key}",
            payment_key=payment.toss_payment_key,
            amount=refund.amount,
            reason=refund.reason[:200] or UNDONE,
        )
    )


def _find(provider: RemoteProvider, claim: Claim) -> RemotePayment | None:
    payment = claim.payment
    # What ended unpaid may have been charged by any of the order's payment keys.
    by_order = claim.act is Act.FIND_BY_ORDER or payment.status in UNPAID
    key = "" if by_order else payment.toss_payment_key
    return provider.find(payment_key=key, order_id=payment.toss_order_id)
