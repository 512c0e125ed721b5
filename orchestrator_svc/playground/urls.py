"""The paths of the playground."""

from __future__ import annotations

from django.urls import path

from orchestrator_svc.playground import views

RUN = "playground/runs/<id:run_id>"
FAULTS = "playground/faults"

urlpatterns = [
    path("playground", views.playground, name="playground"),
    path("playground/runs", views.start, name="playground-start"),
    path(RUN, views.run, name="playground-run"),
    path(f"{RUN}/board", views.board, name="playground-board"),
    path(f"{RUN}/stop", views.stop, name="playground-stop"),
    path(FAULTS, views.turn_on, name="playground-fault"),
    path(f"{FAULTS}/on", views.faults_on, name="playground-faults-on"),
    path(f"{FAULTS}/off", views.turn_all_off, name="playground-all-off"),
    path(
        f"{FAULTS}/<slug:service>/<id:fault_id>/off",
        views.turn_off,
        name="playground-off",
    ),
    path(
        "playground/presets/<slug:key>", views.turn_on_preset, name="playground-preset"
    ),
    path("playground/stock", views.refill, name="playground-stock"),
]
