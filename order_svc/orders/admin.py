"""Orders in the admin: to be looked at, searched, and cancelled."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from common.web.admin import ReadOnlyAdmin
from common.web.audit import actor_of
from order_svc.orders import services
from order_svc.orders.models import Order


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders of both patterns, newest first."""

    list_display = (
        "order_id",
        "customer_id",
        "mode",
        "status",
        "total_amount",
        "attempt",
        "resends",
        "created_at",
        "updated_at",
    )
    list_filter = ("status", "mode", "payment_method")
    search_fields = ("order_id", "customer_id", "saga_id", "payment_id")
    date_hierarchy = "created_at"
    show_full_result_count = False
    actions = ("cancel_selected",)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Cancelling in bulk is for operators."""
        user = request.user
        return bool(user.is_authenticated and user.has_perm("web.may_operate"))

    @admin.action(description="Cancel selected orders", permissions=["operate"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Ask to cancel each; say which could not be, and why."""
        order_ids = list(queryset.values_list("order_id", flat=True))
        outcomes = services.cancel_many(
            order_ids=order_ids, reason="cancelled in the admin", by=actor_of(request)
        )
        done = sum(outcome.done for outcome in outcomes)
        self.message_user(request, f"{done} orders are being cancelled.")
        for refused in (one for one in outcomes if not one.done):
            text = f"{refused.order_id}: {refused.detail}"
            self.message_user(request, text, messages.WARNING)
