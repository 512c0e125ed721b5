"""Give an order's money back from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.contracts.base import ContractError, checked_money
from common.contracts.money import current
from common.web.audit import command_actor
from common.web.errors import ApplicationError
from payment_svc.payments import selectors, services


def money(text: str) -> Decimal:
    """An amount of more than nothing, in the places of its currency."""
    try:
        amount = Decimal(text)
        checked_money(amount, "amount", minimum=current().unit)
    except InvalidOperation:
        raise ArgumentTypeError(f"{text!r} is not an amount of money") from None
    except ContractError as error:
        raise ArgumentTypeError(str(error)) from None
    return amount


class Command(BaseCommand):
    """Refunds the newest payment of an order; exit code 1 where it cannot be."""

    help = (
        "Give back the money of an order: all that is left, or --amount. Giving all "
        "back twice changes nothing. Exit code 1 if there is no payment for the order, "
        "it was not paid, or less is left than asked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("order_id", metavar="ORDER_ID")
        parser.add_argument(
            "--amount", type=money, help="how much (default: all that is left)"
        )
        parser.add_argument("--reason", default="", help="why, for the audit trail")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be given back"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            shown = _preview(options) if options["dry_run"] else _refund(options)
        except ApplicationError as error:
            raise CommandError(error.detail) from None
        if options["json"]:
            self.stdout.write(json.dumps(shown))
            return
        done = _done(is_dry=options["dry_run"], is_done=shown["refunded"])
        self.stdout.write(f"{shown['orderId']}: {shown['amount']} {done}")


def _done(*, is_dry: bool, is_done: bool) -> str:
    if is_dry:
        return "would be given back"
    return "given back" if is_done else "to be given back once Toss answers"


def _preview(options: dict[str, Any]) -> dict[str, Any]:
    order_id = options["order_id"]
    amount = services.refundable(order_id=order_id, amount=options["amount"])
    return {"orderId": order_id, "amount": _shown(amount), "refunded": False}


def _refund(options: dict[str, Any]) -> dict[str, Any]:
    refunded = services.refund(
        order_id=options["order_id"],
        amount=options["amount"],
        reason=options["reason"],
        by=command_actor(),
    )
    payment, message = refunded.payment, services.message_of(refunded.payment)
    if not refunded.is_done:
        message = services.carry_out(
            payment_id=payment.payment_id, refund_id=refunded.refund_id
        )
        payment = selectors.sure_payment(payment_id=payment.payment_id)
    return {
        "orderId": options["order_id"],
        "amount": _shown(refunded.amount),
        "refunded": message != services.UNDER_WAY,
        "paymentId": payment.payment_id,
        "status": payment.status,
        "refundedAmount": _shown(payment.refunded_amount),
    }


def _shown(amount: Decimal) -> str:
    return str(current().quantize(amount))
