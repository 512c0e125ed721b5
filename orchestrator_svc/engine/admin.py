"""Sagas and retry jobs in the admin: to be looked at, retried and cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.saga import RequestBlocked
from common.web.admin import ReadOnlyAdmin
from common.web.audit import actor_of
from orchestrator_svc.engine import jobs, selectors, services, tasks
from orchestrator_svc.engine.models import LONG, RetryJob, SagaInstance
from orchestrator_svc.sagas import registry

ADMIN_RETRY = "retried in the admin"
ADMIN_CANCEL = "cancelled in the admin"
Choices = Sequence[tuple[str, str]]


class StatusFilter(admin.SimpleListFilter):
    """By status: those there can be, not those a scan of all rows would find."""

    title = parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Every status."""
        return [(name, name) for name in selectors.statuses()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[SagaInstance]
    ) -> QuerySet[SagaInstance]:
        """Those of the status chosen."""
        return queryset.filter(status=self.value()) if self.value() else queryset


class DefinitionFilter(admin.SimpleListFilter):
    """By definition."""

    title = parameter_name = "definition"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Every definition."""
        return [(name, name) for name in dict.fromkeys(name for name, _ in registry)]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[SagaInstance]
    ) -> QuerySet[SagaInstance]:
        """Those of the definition chosen."""
        return queryset.filter(definition=self.value()) if self.value() else queryset


class AttentionFilter(admin.SimpleListFilter):
    """By whether a person should look."""

    title = parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """One choice."""
        return [("needed", "needed")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[SagaInstance]
    ) -> QuerySet[SagaInstance]:
        """Those that need attention."""
        if self.value() != "needed":
            return queryset
        return queryset.filter(attention_since__isnull=False)


class OperatedAdmin(ReadOnlyAdmin):
    """Looked at by viewers, acted on by operators."""

    show_full_result_count = False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Retrying and cancelling are for operators."""
        user = request.user
        return bool(user.is_authenticated and user.has_perm("web.may_operate"))


@admin.register(SagaInstance)
class SagaInstanceAdmin(OperatedAdmin):
    """Sagas, newest first."""

    list_display = (
        "saga_id",
        "order_id",
        "definition",
        "status",
        "current_step",
        "customer_id",
        "total_amount",
        "attempt",
        "attention_since",
        "created_at",
        "updated_at",
    )
    list_filter = (StatusFilter, DefinitionFilter, AttentionFilter)
    search_fields = selectors.SEARCHED
    search_help_text = "An order, saga or customer id, or how one begins."
    exclude = ("state",)
    readonly_fields = ("state_as_json",)
    actions = ("retry_selected", "cancel_selected")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By ids that begin with the term, as everywhere."""
        term = search_term.strip()
        if term:
            queryset = queryset.filter(saga_id__in=selectors.search(term))
        return queryset, False

    @admin.display(description="state")
    def state_as_json(self, saga: SagaInstance) -> SafeString:
        """All that is known of the saga."""
        text = msgspec.json.format(saga.state, indent=2)
        return format_html("<pre>{}</pre>", text)

    @admin.action(description="Retry selected sagas", permissions=["operate"])
    def retry_selected(
        self, request: HttpRequest, chosen: QuerySet[SagaInstance]
    ) -> None:
        """Leave a job to the worker; its page says which could not be retried."""
        saga_ids = list(chosen.values_list("saga_id", flat=True))
        by = actor_of(request)
        job = jobs.create(saga_ids=saga_ids, by=by, reason=ADMIN_RETRY)
        tasks.ring_for_jobs()
        self.message_user(request, f"{job.job_id} retries {job.total} sagas.")

    @admin.action(description="Cancel selected sagas", permissions=["operate"])
    def cancel_selected(
        self, request: HttpRequest, chosen: QuerySet[SagaInstance]
    ) -> None:
        """Cancel each; say which could not be, and why."""
        done = 0
        for saga_id in list(chosen.values_list("saga_id", flat=True)):
            try:
                services.cancel(
                    saga_id=saga_id, by=actor_of(request), reason=ADMIN_CANCEL
                )
                done += 1
            except RequestBlocked as blocked:
                self.message_user(request, blocked.message, messages.WARNING)
        self.message_user(request, f"{done} sagas are being cancelled.")


@admin.register(RetryJob)
class RetryJobAdmin(OperatedAdmin):
    """Retries of many sagas, newest first."""

    list_display = (
        "job_id",
        "status",
        "total",
        "done",
        "retried",
        "by",
        "reason",
        "created_at",
        "updated_at",
    )
    list_filter = ("status",)
    exclude: ClassVar = ("refused",)  # the dashboard shows the refusals

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the ids of the sagas, of which there may be very many."""
        return super().get_queryset(request).defer(*LONG)
