"""The paths of the orchestrator's API."""

from __future__ import annotations

from django.urls import path

from orchestrator_svc.engine.api import definitions, jobs, views

BASE = "api/orchestrator"
SAGA = f"{BASE}/sagas/<id:saga_id>"

urlpatterns = [
    path(f"{BASE}/orders", views.OrderStart.as_view(), name="start-order"),
    path(f"{BASE}/sagas", views.SagaListView.as_view(), name="sagas"),
    path(f"{BASE}/sagas/retry", jobs.SagaRetryMany.as_view(), name="retry-sagas"),
    path(f"{BASE}/sagas/retry-jobs", jobs.RetryJobList.as_view(), name="retry-jobs"),
    path(
        f"{BASE}/sagas/retry-jobs/<id:job_id>",
        jobs.RetryJobDetail.as_view(),
        name="retry-job",
    ),
    path(
        f"{BASE}/sagas/order/<id:order_id>",
        views.SagaOfOrder.as_view(),
        name="saga-of-order",
    ),
    path(SAGA, views.SagaDetail.as_view(), name="saga"),
    path(f"{SAGA}/retry", views.SagaRetry.as_view(), name="retry-saga"),
    path(f"{SAGA}/cancel", views.SagaCancel.as_view(), name="cancel-saga"),
    path(f"{SAGA}/settle", views.SagaSettle.as_view(), name="settle-saga"),
    path(
        f"{BASE}/definitions", definitions.DefinitionList.as_view(), name="definitions"
    ),
    path(
        f"{BASE}/definitions/<id:name>",
        definitions.DefinitionDetail.as_view(),
        name="definition",
    ),
]
