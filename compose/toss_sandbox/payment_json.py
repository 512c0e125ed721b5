"""A payment as Toss shows it (version 2022-11-16)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from common.conf.env import env_int
from common.conf.service import HOST
from compose.toss_sandbox.cards import masked
from compose.toss_sandbox.models import CHARGED, Cancel, Status, TossPayment
from compose.toss_sandbox.money import number

PORT = 3900
VERSION = "2022-11-16"


def base_url() -> str:
    """Where the sandbox listens."""
    return f"http://{HOST}:{PORT + env_int('PORT_OFFSET', 0)}"


def shown(payment: TossPayment) -> dict[str, Any]:
    """The Payment object."""
    charged = payment.status in CHARGED
    cancels = [_cancel(one) for one in payment.cancels.all()]
    failure = None
    if payment.failure_code:
        failure = {"code": payment.failure_code, "message": payment.failure_message}
    vat = round(payment.balance / 11, 2 if payment.currency == "USD" else 0)
    return {
        "mId": "sandbox",
        "version": VERSION,
        "paymentKey": payment.payment_key,
        "type": payment.kind,
        "orderId": payment.order_id,
        "orderName": payment.order_name,
        "currency": payment.currency,
        "method": "카드",
        "totalAmount": number(payment.total),
        "balanceAmount": number(payment.balance),
        "suppliedAmount": number(payment.balance - vat),
        "vat": number(vat),
        "taxFreeAmount": 0,
        "taxExemptionAmount": 0,
        "status": payment.status,
        "requestedAt": moment(payment.requested_at),
        "approvedAt": moment(payment.approved_at) if payment.approved_at else None,
        "useEscrow": False,
        "cultureExpense": False,
        "lastTransactionKey": payment.transaction_key or None,
        "card": _card(payment) if charged else None,
        "cancels": cancels or None,
        "isPartialCancelable": payment.status in (Status.DONE, Status.PARTIAL_CANCELED),
        "receipt": {"url": receipt_url(payment)} if charged else None,
        "checkout": {"url": f"{base_url()}/window?orderId={payment.order_id}"},
        "failure": failure,
        "secret": payment.secret,
        "country": "KR",
        "virtualAccount": None,
        "transfer": None,
        "mobilePhone": None,
        "giftCertificate": None,
        "cashReceipt": None,
        "cashReceipts": None,
        "discount": None,
        "easyPay": None,
        "metadata": None,
    }


def receipt_url(payment: TossPayment) -> str:
    """Where a person sees the receipt."""
    return f"{base_url()}/receipts/{payment.payment_key}"


def moment(value: datetime) -> str:
    """A time as Toss writes it: seconds, in Seoul."""
    return timezone.localtime(value).isoformat(timespec="seconds")


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


def _cancel(cancel: Cancel) -> dict[str, Any]:
    return {
        "cancelAmount": number(cancel.amount),
        "cancelReason": cancel.reason,
        "taxFreeAmount": 0,
        "taxExemptionAmount": 0,
        "refundableAmount": 0,
        "canceledAt": moment(cancel.canceled_at),
        "transactionKey": cancel.transaction_key,
        "receiptKey": None,
        "cancelStatus": "DONE",
    }
