"""A payment as Toss shows it (version 2022-11-16)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from compose.toss_sandbox.cards import masked
from compose.toss_sandbox.models import (
    CHARGED,
    Cancel,
    Status,
    TossPayment,
)
from compose.toss_sandbox.money import PLACES, number

VERSION = "2022-11-16"
# Of ways to pay that the sandbox does not have, and parts that it never fills.
EMPTY = (
    "virtualAccount",
    "transfer",
    "mobilePhone",
    "giftCertificate",
    "cashReceipt",
    "cashReceipts",
    "discount",
    "easyPay",
    "metadata",
)


def shown(payment: TossPayment) -> dict[str, Any]:
    """The Payment object."""
    charged = payment.status in CHARGED
    return {
        "mId": "sandbox",
        "lastTransactionKey": payment.transaction_key or None,
        "paymentKey": payment.payment_key,
        "orderId": payment.order_id,
        "orderName": payment.order_name,
        "status": payment.status,
        "requestedAt": moment(payment.requested_at),
        "approvedAt": moment(payment.approved_at) if payment.approved_at else None,
        "useEscrow": False,
        "cultureExpense": False,
        "card": _card(payment) if payment.card_number else None,
        "cancels": _cancels(payment),
        "secret": payment.secret,
        "type": payment.kind,
        "country": "KR",
        "failure": _failure(payment),
        "isPartialCancelable": payment.status in (Status.DONE, Status.PARTIAL_CANCELED),
        "receipt": {"url": page_url(payment)} if charged else None,
        "checkout": {"url": page_url(payment)},
        "currency": payment.currency,
        **_amounts(payment),
        "method": None if payment.status == Status.READY else "카드",
        "version": VERSION,
        **dict.fromkeys(EMPTY),
    }


def page_url(payment: TossPayment) -> str:
    """Where a person sees how it stands: the receipt, once it is charged."""
    return f"{settings.BASE_URL}/receipts/{payment.payment_key}"


def moment(value: datetime) -> str:
    """A time as Toss writes it: seconds, in Seoul."""
    return timezone.localtime(value).isoformat(timespec="seconds")


def _amounts(payment: TossPayment) -> dict[str, Any]:
    vat = round(payment.balance / 11, PLACES[payment.currency])
    return {
        "totalAmount": number(payment.total),
        "balanceAmount": number(payment.balance),
        "suppliedAmount": number(payment.balance - vat),
        "vat": number(vat),
        "taxFreeAmount": 0,
        "taxExemptionAmount": 0,
    }


def _failure(payment: TossPayment) -> dict[str, str] | None:
    if not payment.failure_code:
        return None
    return {"code": payment.failure_code, "message": payment.failure_message}


def _card(payment: TossPayment) -> dict[str, Any]:
    return {
        "issuerCode": "11",
        "acquirerCode": "41",
        "number": masked(payment.card_number),
        "installmentPlanMonths": 0,
        "approveNo": "00000000",
        "useCardPoint": False,
        "cardType": "신용",
        "ownerType": "개인",
        "acquireStatus": "READY",
        "isInterestFree": False,
        "interestPayer": None,
        "amount": number(payment.total),
    }


def _cancels(payment: TossPayment) -> list[dict[str, Any]] | None:
    if payment.balance == payment.total:
        return None
    return [_cancel(one) for one in payment.cancels.all()]


def _cancel(cancel: Cancel) -> dict[str, Any]:
    return {
        "cancelAmount": number(cancel.amount),
        "cancelReason": cancel.reason,
        "taxFreeAmount": 0,
        "taxExemptionAmount": 0,
        "refundableAmount": number(cancel.remains),
        "cardDiscountAmount": 0,
        "transferDiscountAmount": 0,
        "easyPayDiscountAmount": 0,
        "canceledAt": moment(cancel.canceled_at),
        "transactionKey": cancel.transaction_key,
        "receiptKey": None,
        "cancelStatus": "DONE",
        "cancelRequestId": None,
    }
