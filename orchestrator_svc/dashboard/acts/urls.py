"""The paths of what an operator does."""

from __future__ import annotations

from django.urls import path

from orchestrator_svc.dashboard.acts import jobs, many, orders, single

urlpatterns = [
    path("orders/<id:order_id>/cancel", orders.cancel, name="act-cancel-order"),
    path("sagas/retry", many.retry_many, name="act-retry-many"),
    path("jobs", jobs.job_list, name="act-jobs"),
    path("jobs/<id:job_id>", jobs.job_detail, name="act-job"),
    path("sagas/<id:saga_id>/retry", single.retry, name="act-retry"),
    path("sagas/<id:saga_id>/cancel", single.cancel, name="act-cancel"),
    path("sagas/<id:saga_id>/settle", single.settle, name="act-settle"),
]
