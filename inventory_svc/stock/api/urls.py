"""The paths of the inventory API."""

from __future__ import annotations

from django.urls import path

from inventory_svc.stock.api import views

urlpatterns = [
    path("api/inventory", views.ProductList.as_view(), name="inventory"),
    path(
        "api/inventory/initialize", views.InitializeStock.as_view(), name="initialize"
    ),
    path(
        "api/inventory/<id:product_id>", views.ProductDetail.as_view(), name="product"
    ),
    path("api/reservations", views.ReservationList.as_view(), name="reservations"),
    path(
        "api/reservations/order/<id:order_id>",
        views.ReservationOfOrder.as_view(),
        name="reservation-of-order",
    ),
]
