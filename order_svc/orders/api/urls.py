"""The paths of the order API."""

from __future__ import annotations

from django.urls import path

from common.web import converters  # noqa: F401 - registers <id:…>
from order_svc.orders.api.views import OrderCancel, OrderDetail, OrderList

urlpatterns = [
    path("api/orders", OrderList.as_view(), name="orders"),
    path("api/orders/<id:order_id>", OrderDetail.as_view(), name="order"),
    path("api/orders/<id:order_id>/cancel", OrderCancel.as_view(), name="order-cancel"),
]
