"""The paths of the lists."""

from __future__ import annotations

from django.urls import path

from orchestrator_svc.dashboard.board import choreography, saved_views, views

urlpatterns = [
    path("", views.root, name="board"),
    path("choreography", choreography.orders, name="choreography"),
    path("attention", views.attention, name="attention"),
    path("filters/new", saved_views.keep, name="keep-filter"),
    path("filters/<id:filter_id>/delete", saved_views.forget, name="forget-filter"),
]
