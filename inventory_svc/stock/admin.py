"""Stock in the admin: quantities can be set, with a trace; the rest is looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from common.web.admin import ReadOnlyAdmin
from common.web.audit import actor_of
from inventory_svc.stock import services
from inventory_svc.stock.models import Product, Reservation
from inventory_svc.stock.sample import sample_scale

ADMIN_REASON = "set in the admin"


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    """Products; an operator may set how many are available, and nothing else."""

    list_display = (
        "product_id",
        "product_name",
        "price",
        "available_quantity",
        "reserved_quantity",
        "updated_at",
    )
    search_fields = ("product_id", "product_name")
    fields = (*list_display, "version")
    readonly_fields = tuple(name for name in fields if name != "available_quantity")
    actions = ("initialize_sample",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Stocktaking is for operators."""
        return self.has_operate_permission(request)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """True for operators."""
        user = request.user
        return bool(user.is_authenticated and user.has_perm("web.may_operate"))

    def save_model(
        self, request: HttpRequest, obj: Product, form: Any, change: bool
    ) -> None:
        """Write the quantity alone, to the row as it is now, and who set it."""
        services.set_available(
            product_id=obj.product_id,
            quantity=obj.available_quantity,
            reason=ADMIN_REASON,
            by=actor_of(request),
        )

    @admin.action(
        description="Set the sample stock (whatever is selected)",
        permissions=["operate"],
    )
    def initialize_sample(
        self, request: HttpRequest, chosen: QuerySet[Product]
    ) -> None:
        """Set the sample's products; what orders hold stays held."""
        products = services.initialize_stock(scale=sample_scale(), by=actor_of(request))
        self.message_user(request, f"{len(products)} products set to the sample.")


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    """Reservations, newest first."""

    list_display = (
        "reservation_id",
        "status",
        "failure_code",
        "reason",
        "attempt",
        "created_at",
        "updated_at",
    )
    list_filter = ("status", "failure_code")
    search_fields = ("reservation_id", "order_id", "saga_id")
    date_hierarchy = "created_at"
    show_full_result_count = False
