"""Payments in the admin: to be looked at, searched, and given back."""

from __future__ import annotations

from collections import Counter

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from common.web.admin import ReadOnlyAdmin
from common.web.audit import actor_of
from common.web.errors import ApplicationError
from payment_svc.payments import services
from payment_svc.payments.models import (
    Payment,
    Question,
    Refund,
    SimulatedCharge,
    SimulatedRefund,
)

ADMIN_REASON = "refunded in the admin"


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Payments, newest first."""

    list_display = (
        "payment_id",
        "customer_id",
        "status",
        "amount",
        "refunded_amount",
        "provider",
        "failure_code",
        "attention",
        "created_at",
    )
    list_filter = ("status", "provider", "payment_method", "failure_code")
    search_fields = (
        "payment_id",
        "order_id",
        "customer_id",
        "saga_id",
        "toss_payment_key",
    )
    date_hierarchy = "created_at"
    show_full_result_count = False
    actions = ("refund_selected",)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Giving money back is for operators."""
        user = request.user
        return bool(user.is_authenticated and user.has_perm("web.may_operate"))

    @admin.action(
        description="Give back what is left of selected payments",
        permissions=["operate"],
    )
    def refund_selected(self, request: HttpRequest, chosen: QuerySet[Payment]) -> None:
        """Refund each; say which could not be, and why."""
        told: Counter[str] = Counter()
        for payment_id in list(chosen.values_list("payment_id", flat=True)):
            try:
                told[_refund(payment_id, actor_of(request))] += 1
            except ApplicationError as error:
                text = f"{payment_id}: {error.detail}"
                self.message_user(request, text, messages.WARNING)
        noted = told[services.UNDER_WAY]
        given = f"{told.total() - noted} payments are given back."
        later = f" {noted} more are noted, until Toss answers." if noted else ""
        self.message_user(request, given + later)


def _refund(payment_id: str, by: str) -> str:
    """What became of the refund, in words."""
    refunded = services.refund_payment(
        payment_id=payment_id, reason=ADMIN_REASON, by=by
    )
    if refunded.is_done:
        return services.message_of(refunded.payment)
    return services.carry_out(payment_id=payment_id, refund_id=refunded.refund_id)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """What was given back, newest first."""

    list_display = (
        "refund_id",
        "status",
        "amount",
        "reason",
        "requested_by",
        "created_at",
    )
    list_filter = ("status",)
    search_fields = ("payment_id", "order_id")
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    """Messages that wait for a customer or for Toss, oldest first."""

    list_display = ("message_id", "payment_id", "topic", "asked_at")
    search_fields = ("message_id", "payment_id", "order_id")
    show_full_result_count = False


@admin.register(SimulatedCharge)
class SimulatedChargeAdmin(ReadOnlyAdmin):
    """The simulator's charges; no real money."""

    list_display = ("charge_key", "transaction_id", "amount", "accepted", "created_at")
    list_filter = ("accepted",)
    search_fields = ("charge_key", "transaction_id", "customer_id")
    show_full_result_count = False


@admin.register(SimulatedRefund)
class SimulatedRefundAdmin(ReadOnlyAdmin):
    """The simulator's refunds; no real money."""

    list_display = ("refund_key", "transaction_id", "amount", "created_at")
    search_fields = ("refund_key", "transaction_id")
    show_full_result_count = False
