"""The inventory service over HTTP."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.web.errors import NotFound
from common.web.idempotency import idempotent
from common.web.pagination import BareListUnlessPaged
from common.web.permissions import IsOperator
from inventory_svc.stock import selectors, services
from inventory_svc.stock.api.serializers import (
    InitializeAnswerSerializer,
    ProductSerializer,
    ReservationSerializer,
)
from inventory_svc.stock.models import Product
from inventory_svc.stock.sample import sample_scale


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


class ReservationOfOrder(APIView):
    """The reservation of an order."""

    @extend_schema(responses=ReservationSerializer)
    def get(self, request: Request, order_id: str) -> Response:
        """The reservation of the order's latest attempt."""
        reservation = selectors.newest_of_order(order_id=order_id)
        if reservation is None:
            raise NotFound(f"There is no reservation for the order {order_id}.")
        return Response(ReservationSerializer(reservation).data)
