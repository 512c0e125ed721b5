"""A small site with views that do what the tests want to see answered."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.web import audit, converters  # noqa: F401
from common.web.audit_api import AuditEntrySerializer
from common.web.error_views import bad_request, forbidden, not_found, server_error
from common.web.errors import BadRequest, NotFound, StateConflict
from common.web.idempotency import idempotent
from common.web.models import AuditEntry
from common.web.pagination import BareListUnlessPaged, ContractPagination
from common.web.permissions import IsOperator, MayOrder
from common.web.serializers import (
    OrderRequestSerializer,
    ReasonSerializer,
    read_order,
)

RAISES: dict[str, Exception] = {}


class Orders(APIView):
    """Takes an order and echoes it."""

    permission_classes = (MayOrder,)

    def post(self, request: Request) -> Response:
        """Check the body and answer with what was understood."""
        order = read_order(request.data)
        return Response(
            {"customerId": order.customer_id, "totalAmount": order.total_amount},
            status=201,
        )

    def get_serializer(self) -> OrderRequestSerializer:
        """What the browsable page offers to fill in."""
        return OrderRequestSerializer()


class Notes(APIView):
    """Writes an audit entry for each POST: an effect that can be counted."""

    permission_classes = (IsOperator,)

    @idempotent
    def post(self, request: Request) -> Response:
        """Write one; `fail` makes it fail after the effect."""
        note: dict[str, Any] = dict(request.data)
        entry = audit.record(request, "note", "here", detail=note)
        if note.get("fail"):
            raise StateConflict("It may not be.", code="NOT_NOW")
        return Response({"entryId": entry.entry_id}, status=201)


class Raising(APIView):
    """Raises what the test asks for."""

    def get(self, request: Request, name: str) -> Response:
        """Raise it."""
        raise RAISES[name]


def raising(request: HttpRequest, name: str) -> HttpResponse:
    """The same, outside of DRF."""
    raise RAISES[name]


class Reasons(APIView):
    """Takes the body of an action."""

    def post(self, request: Request) -> Response:
        """Answer with the reason."""
        serializer = ReasonSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.validated_data)


class Paged(ListAPIView[Any]):
    """A list in pages."""

    queryset = AuditEntry.objects.all()
    serializer_class = AuditEntrySerializer
    pagination_class = ContractPagination


class Bare(Paged):
    """A list as the seed answered it."""

    pagination_class = BareListUnlessPaged


def plain(request: HttpRequest, thing_id: str = "") -> HttpResponse:
    """Say the least."""
    return HttpResponse(thing_id or "ok", content_type="text/plain")


RAISES.update(
    {
        "bad": BadRequest("must be blue", field="colour"),
        "missing": NotFound("There is no order ORD-1."),
        "conflict": StateConflict("It is completed.", code="ALREADY_COMPLETED"),
        "locked": OperationalError("database is locked"),
        "denied": PermissionDenied(),
        "bug": ZeroDivisionError("secret inside"),
    }
)

urlpatterns = [
    path("api/orders", Orders.as_view()),
    path("api/notes", Notes.as_view()),
    path("api/reasons", Reasons.as_view()),
    path("api/paged", Paged.as_view()),
    path("api/bare", Bare.as_view()),
    path("api/raising/<str:name>", Raising.as_view()),
    path("plain/raising/<str:name>", raising),
    path("plain/things/<id:thing_id>", plain),
    path("plain", plain),
    path("", include("common.web.urls")),
]

handler400 = bad_request
handler403 = forbidden
handler404 = not_found
handler500 = server_error
