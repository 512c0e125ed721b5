"""The audit trail over HTTP, the same in every service."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
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


class PlaceField(forms.CharField):
    """A place in the list: the time and the id of an entry, as `at/entryId`."""

    def clean(self, value: Any) -> Any:
        """The two, or None. Raises ValidationError."""
        text = super().clean(value)
        if not text:
            return None
        at, _, entry_id = text.partition("/")
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not entry_id:
            raise forms.ValidationError("must be the at and the entryId of an entry")
        return moment, entry_id


class PlaceFilter(filters.CharFilter):
    """Only what comes after a place in the list."""

    field_class = PlaceField

    def filter(self, qs: QuerySet[AuditEntry], value: Any) -> QuerySet[AuditEntry]:
        """Walks the index of the order, however far down the place is."""
        if value is None:
            return qs
        at, entry_id = value
        return qs.filter(Q(at__lt=at) | Q(at=at, entry_id__lt=entry_id))


class AuditFilter(FilterSet):
    """By who, what and on what, exactly or in part; of a time; after an entry."""

    actorContains = filters.CharFilter(field_name="actor", lookup_expr="icontains")
    targetContains = filters.CharFilter(field_name="target", lookup_expr="icontains")
    since = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    until = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")
    olderThan = PlaceFilter(label="after this entry in the list, as at/entryId")

    class Meta:
        model = AuditEntry
        fields: ClassVar = ["actor", "action", "target"]


class AuditList(ListAPIView[Any]):
    """Operator actions, newest first."""

    queryset = AuditEntry.objects.all()
    serializer_class = AuditEntrySerializer
    filterset_class = AuditFilter
