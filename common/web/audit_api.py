"""The audit trail over HTTP, the same in every service."""

from __future__ import annotations

from typing import Any, ClassVar

from django_filters.rest_framework.filterset import FilterSet
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from common.web.models import AuditEntry
from common.web.serializers import TimeField


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    """An operator's action."""

    entryId = serializers.CharField(source="entry_id")
    at = TimeField()
    requestId = serializers.CharField(source="request_id")

    class Meta:
        model = AuditEntry
        fields = (
            "entryId",
            "at",
            "actor",
            "action",
            "target",
            "reason",
            "detail",
            "requestId",
        )
        read_only_fields: ClassVar = fields


class AuditFilter(FilterSet):
    """By who, what and on what, each exactly."""

    class Meta:
        model = AuditEntry
        fields: ClassVar = ["actor", "action", "target"]


class AuditList(ListAPIView[Any]):
    """Operator actions, newest first."""

    queryset = AuditEntry.objects.all()
    serializer_class = AuditEntrySerializer
    filterset_class = AuditFilter
