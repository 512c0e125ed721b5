"""The inventory service over HTTP."""

from __future__ import annotations

import re

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.web.converters import IdConverter
from common.web.errors import BadRequest, NotFound
from common.web.idempotency import idempotent
from common.web.pagination import BareListUnlessPaged
from common.web.permissions import IsOperator
from inventory_svc.stock import selectors, services
from inventory_svc.stock.api.serializers import (
    InitializeAnswerSerializer,
    ProductSerializer,
    ReservationSerializer,
)
from inventory_svc.stock.models import Product, Reservation
from inventory_svc.stock.sample import sample_scale

MAX_ORDERS = 100
is_id = re.compile(IdConverter.regex).fullmatch


class ProductList(ListAPIView[Product]):
    """All products, in order of their ids."""

    serializer_class = ProductSerializer
    pagination_class = BareListUnlessPaged

    def get_queryset(self) -> QuerySet[Product]:
        """All products."""
        return selectors.products()


class ProductDetail(APIView):
    """One product."""

    @extend_schema(responses=ProductSerializer)
    def get(self, request: Request, product_id: str) -> Response:
        """The product of this id."""
        product = selectors.product(product_id=product_id)
        if product is None:
            raise NotFound(f"There is no product {product_id}.")
        return Response(ProductSerializer(product).data)


class InitializeStock(APIView):
    """The sample stock."""

    permission_classes = (IsOperator,)

    @extend_schema(request=None, responses=InitializeAnswerSerializer)
    @idempotent
    def post(self, request: Request) -> Response:
        """Set the sample stock; what orders hold stays held."""
        products = services.initialize_stock(scale=sample_scale(), by=request)
        inventory = ProductSerializer(products, many=True).data
        return Response({"message": services.INITIALIZED, "inventory": inventory})


@extend_schema(
    parameters=[
        OpenApiParameter(
            "orderId",
            str,
            many=True,
            description=f"Up to {MAX_ORDERS} orders: `orderId=A,B` or one by one.",
        )
    ]
)
class ReservationList(ListAPIView[Reservation]):
    """Reservations of all orders or of some, newest first."""

    serializer_class = ReservationSerializer

    def get_queryset(self) -> QuerySet[Reservation]:
        """Those of the orders asked for; of all without any."""
        return selectors.reservations(order_ids=_orders_named(self.request))


class ReservationOfOrder(APIView):
    """The reservation of an order."""

    @extend_schema(responses=ReservationSerializer)
    def get(self, request: Request, order_id: str) -> Response:
        """The reservation of the order's latest attempt."""
        reservation = selectors.newest_of_order(order_id=order_id)
        if reservation is None:
            raise NotFound(f"There is no reservation for the order {order_id}.")
        return Response(ReservationSerializer(reservation).data)


def _orders_named(request: Request) -> list[str]:
    """The ids in `orderId`, each once. Raises BadRequest."""
    given = request.query_params.getlist("orderId")
    named = [part.strip() for text in given for part in text.split(",")]
    order_ids = list(dict.fromkeys(part for part in named if part))
    if len(order_ids) > MAX_ORDERS:
        raise BadRequest(f"must be at most {MAX_ORDERS}", field="orderId")
    if not all(is_id(one) for one in order_ids):
        raise BadRequest("must be ids of orders, with commas between", field="orderId")
    return order_ids
