"""The faults of the service that answers: look, turn on, turn off."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from common.faults import services
from common.faults.api.serializers import (
    FaultRequestSerializer,
    FaultSerializer,
    FaultsSerializer,
    TurnedOffSerializer,
    read_fault,
)
from common.faults.points import declared
from common.faults.record import Fault
from common.web.idempotency import idempotent
from common.web.permissions import IsOperator


class FaultView(GenericAPIView[Any]):
    """For operators, in the profiles demo and test."""

    permission_classes = (IsOperator,)
    serializer_class: Any = FaultRequestSerializer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse who may not, then where nobody may."""
        super().initial(request, *args, **kwargs)
        services.refuse_unless_allowed()


class Faults(FaultView):
    """All points, and the faults that are on there."""

    @extend_schema(operation_id="faults_show", responses=FaultsSerializer)
    def get(self, request: Request) -> Response:
        """Where faults can be turned on, what each shows, and which are on."""
        found = {
            "service": settings.SERVICE_NAME,
            "points": list(declared().values()),
            "faults": services.fault_file().read(),
        }
        return Response(FaultsSerializer(found).data)

    @extend_schema(
        operation_id="faults_turn_on",
        request=FaultRequestSerializer,
        responses={201: FaultSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Turn a fault on for a time, and no longer than an hour."""
        fault = services.turn_on(by=request, **read_fault(request.data))
        return Response(FaultSerializer(fault).data, status=201)

    @extend_schema(
        operation_id="faults_turn_off_all", request=None, responses=TurnedOffSerializer
    )
    def delete(self, request: Request) -> Response:
        """Turn all faults off."""
        return _turned_off(services.turn_off(by=request))


class OneFault(FaultView):
    """One fault that is on."""

    @extend_schema(
        operation_id="faults_turn_off", request=None, responses=TurnedOffSerializer
    )
    def delete(self, request: Request, fault_id: str) -> Response:
        """Turn it off."""
        return _turned_off(services.turn_off(by=request, fault_id=fault_id))


def _turned_off(faults: list[Fault]) -> Response:
    return Response(TurnedOffSerializer({"turnedOff": faults}).data)
