"""Sagas over HTTP: start one, look at them, act on one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.saga import RequestBlocked
from common.web import catalog, context
from common.web.audit import actor_of
from common.web.errors import NotFound, StateConflict
from common.web.idempotency import idempotent
from common.web.permissions import IsOperator, MayOrder
from common.web.serializers import (
    OrderRequest,
    OrderRequestSerializer,
    ReasonSerializer,
    read_order,
)
from orchestrator_svc.engine import selectors, services
from orchestrator_svc.engine.api.filters import PARAMETERS, read_query
from orchestrator_svc.engine.api.serializers import (
    SagaChangedSerializer,
    SagaMessageSerializer,
    SagaSerializer,
    SagaStartedSerializer,
    SettleRequestSerializer,
)
from orchestrator_svc.engine.models import SagaInstance

STARTED = "Order saga started successfully"
RETRIED = "Saga retry initiated successfully"
CANCELLED = "Saga cancellation requested"
SETTLED = "Step settled by hand"


class OrderStart(GenericAPIView[SagaInstance]):
    """Orders that run as a saga."""

    permission_classes = (MayOrder,)
    serializer_class = OrderRequestSerializer

    @extend_schema(
        request=OrderRequestSerializer, responses={201: SagaStartedSerializer}
    )
    def post(self, request: Request) -> Response:
        """Place an order; the orchestrator runs it."""
        order = read_order(request.data)
        # It may ask another service, so no transaction is open yet.
        catalog.refuse_unknown_products(item.product_id for item in order.items)
        started = self._start(request, order)
        context.bind_correlation(started.data["sagaId"])
        return started

    @idempotent
    def _start(self, request: Request, order: OrderRequest) -> Response:
        row = services.start_order(
            customer_id=order.customer_id,
            items=order.items,
            payment_method=order.payment_method,
            traceparent=context.current_traceparent(),
        )
        return Response(
            {
                "message": STARTED,
                "sagaId": row.saga_id,
                "orderId": row.order_id,
                "saga": SagaSerializer(row).data,
            },
            status=status.HTTP_201_CREATED,
            headers={"Location": f"/api/orchestrator/sagas/{row.saga_id}"},
        )


class SagaListView(GenericAPIView[SagaInstance]):
    """Sagas, newest first unless said otherwise."""

    queryset = SagaInstance.objects.all()
    serializer_class = SagaSerializer
    filter_backends = ()

    @extend_schema(parameters=PARAMETERS, responses=SagaSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List sagas by page, of some statuses, in some order, or by an id."""
        sagas: Any = selectors.SagaList(read_query(request))
        page: Any = self.paginate_queryset(sagas)
        return self.get_paginated_response(SagaSerializer(page, many=True).data)


class SagaDetail(APIView):
    """One saga."""

    @extend_schema(responses=SagaSerializer)
    def get(self, request: Request, saga_id: str) -> Response:
        """The saga of this id."""
        row = selectors.find(saga_id)
        if row is None:
            raise NotFound(f"There is no saga {saga_id}.")
        return Response(SagaSerializer(row).data)


class SagaOfOrder(APIView):
    """The saga of an order."""

    @extend_schema(responses=SagaSerializer)
    def get(self, request: Request, order_id: str) -> Response:
        """The saga that runs the order; `undoSagaId` names the one that undoes it."""
        row = selectors.find_by_order(order_id)
        if row is None:
            raise NotFound(f"There is no saga for the order {order_id}.")
        return Response(SagaSerializer(row).data)


class SagaAction(GenericAPIView[SagaInstance]):
    """What an operator does to one saga."""

    permission_classes = (IsOperator,)


class SagaRetry(SagaAction):
    """Another try of an ended saga."""

    serializer_class = ReasonSerializer

    @extend_schema(request=ReasonSerializer, responses=SagaMessageSerializer)
    @idempotent
    def post(self, request: Request, saga_id: str) -> Response:
        """Try a FAILED or COMPENSATED saga once more."""
        said = _read(ReasonSerializer, request)
        _act(services.retry, request, saga_id, reason=said["reason"])
        return Response({"message": RETRIED, "sagaId": saga_id})


class SagaCancel(SagaAction):
    """An order that shall not be."""

    serializer_class = ReasonSerializer

    @extend_schema(request=ReasonSerializer, responses={202: SagaChangedSerializer})
    @idempotent
    def post(self, request: Request, saga_id: str) -> Response:
        """Turn a running saga round, or have a completed one undone."""
        said = _read(ReasonSerializer, request)
        row = _act(services.cancel, request, saga_id, reason=said["reason"])
        return Response(_changed(CANCELLED, row), status=status.HTTP_202_ACCEPTED)


class SagaSettle(SagaAction):
    """What a person did in place of a command."""

    serializer_class = SettleRequestSerializer

    @extend_schema(request=SettleRequestSerializer, responses=SagaChangedSerializer)
    @idempotent
    def post(self, request: Request, saga_id: str) -> Response:
        """Count a stuck step, or a stuck undo, as done: it was done by hand."""
        said = _read(SettleRequestSerializer, request)
        return Response(
            _changed(SETTLED, _act(services.settle, request, saga_id, **said))
        )


def _read(kind: type[Any], request: Request) -> dict[str, Any]:
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    said: dict[str, Any] = body.validated_data
    return said


def _act(
    action: Callable[..., SagaInstance], request: Request, saga_id: str, **said: str
) -> SagaInstance:
    context.bind_correlation(saga_id)
    try:
        return action(saga_id=saga_id, by=actor_of(request), **said)
    except services.SagaUnknown as unknown:
        raise NotFound(str(unknown)) from None
    except RequestBlocked as blocked:
        raise StateConflict(blocked.message, code=blocked.code) from None


def _changed(message: str, row: SagaInstance) -> dict[str, Any]:
    saga = SagaSerializer(row).data
    return {"message": message, "sagaId": row.saga_id, "saga": saga}
