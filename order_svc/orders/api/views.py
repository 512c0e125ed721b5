"""The endpoints of the order service."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from common.web import catalog, context
from common.web.audit import actor_of
from common.web.errors import NotFound, StateConflict
from common.web.idempotency import idempotent
from common.web.pagination import BareListUnlessPaged
from common.web.permissions import MayOrder, MayRead
from common.web.serializers import (
    OrderRequest,
    OrderRequestSerializer,
    ReasonSerializer,
    read_order,
    shared,
)
from order_svc.orders import selectors, services
from order_svc.orders.api.filters import PARAMETERS, read_filters
from order_svc.orders.api.serializers import (
    OrderCancellingSerializer,
    OrderPlacedSerializer,
    OrderSerializer,
)
from order_svc.orders.domain import CancelRefused
from order_svc.orders.models import Order


class OrderList(GenericAPIView[Order]):
    """Place an order, or look at all of them."""

    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    pagination_class = BareListUnlessPaged
    filter_backends = ()

    def get_permissions(self) -> list[BasePermission]:
        """Reading and ordering are two rights."""
        return [MayOrder() if self.request.method == "POST" else MayRead()]

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """What the browsable page offers to fill in is a request, not an order."""
        asks = self.request.method == "POST"
        return OrderRequestSerializer if asks else OrderSerializer

    @extend_schema(parameters=PARAMETERS, responses=OrderSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List orders, newest first: bare, or paged by `page` and `limit`."""
        orders = selectors.list_orders(**read_filters(request))
        page: Any = self.paginate_queryset(orders)
        return self.get_paginated_response(OrderSerializer(page, many=True).data)

    @extend_schema(
        request=OrderRequestSerializer, responses={201: OrderPlacedSerializer}
    )
    def post(self, request: Request) -> Response:
        """Place an order; it runs as a choreography."""
        order = read_order(request.data)
        catalog.refuse_unknown_products(item.product_id for item in order.items)
        placed = self._place(request, order)
        context.bind_correlation(placed.data["orderId"])
        return placed

    @idempotent
    def _place(self, request: Request, order: OrderRequest) -> Response:
        placed = services.create_order(
            customer_id=order.customer_id,
            items=order.items,
            payment_method=order.payment_method,
            traceparent=context.current_traceparent(),
        )
        return Response(
            {
                "message": "Order created successfully",
                "order": shared(OrderSerializer).to_representation(placed),
                "orderId": placed.order_id,
            },
            status=status.HTTP_201_CREATED,
            headers={"Location": f"/api/orders/{placed.order_id}"},
        )


class OrderDetail(GenericAPIView[Order]):
    """One order."""

    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    pagination_class = None
    filter_backends = ()

    def get(self, request: Request, order_id: str) -> Response:
        """Look at one order."""
        order = selectors.find_order(order_id)
        if order is None:
            raise NotFound(str(services.OrderUnknown(order_id)), code="ORDER_UNKNOWN")
        return Response(OrderSerializer(order).data)


class OrderCancel(GenericAPIView[Order]):
    """Cancel one order."""

    queryset = Order.objects.all()
    serializer_class = ReasonSerializer
    permission_classes = (MayOrder,)
    pagination_class = None
    filter_backends = ()

    @extend_schema(request=ReasonSerializer, responses={202: OrderCancellingSerializer})
    def post(self, request: Request, order_id: str) -> Response:
        """Ask to cancel the order; it is CANCELLED once all is undone."""
        body = ReasonSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        context.bind_correlation(order_id)
        return self._cancel(request, order_id, body.validated_data["reason"])

    @idempotent
    def _cancel(self, request: Request, order_id: str, reason: str) -> Response:
        order = _cancelling(request, order_id, reason)
        answer = {
            "message": "Order cancellation requested",
            "order": OrderSerializer(order).data,
        }
        return Response(answer, status=status.HTTP_202_ACCEPTED)


def _cancelling(request: Request, order_id: str, reason: str) -> Order:
    try:
        return services.request_cancel(
            order_id=order_id,
            reason=reason,
            by=actor_of(request),
            traceparent=context.current_traceparent(),
        )
    except services.OrderUnknown as unknown:
        raise NotFound(str(unknown), code="ORDER_UNKNOWN") from None
    except CancelRefused as refused:
        raise StateConflict(str(refused), code=refused.code) from None
