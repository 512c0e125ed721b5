"""The payment service over HTTP."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.web.errors import NotFound
from common.web.idempotency import idempotent
from common.web.order_ids import ORDER_IDS, read_order_ids
from common.web.pagination import BareListUnlessPaged
from common.web.permissions import IsOperator
from payment_svc.payments import selectors, services
from payment_svc.payments.api.serializers import (
    AttemptsSerializer,
    PaymentSerializer,
    RefundAnswerSerializer,
    RefundRequestSerializer,
)
from payment_svc.payments.models import STATUS_CHOICES, Payment

MAX_ATTEMPTS = 100


class PaymentFilter(django_filters.FilterSet):
    """By customer and status; by order, the list itself does it."""

    customerId = django_filters.CharFilter(field_name="customer_id")
    status = django_filters.ChoiceFilter(
        choices=STATUS_CHOICES,
        error_messages={
            "invalid_choice": f"must be one of {', '.join(dict(STATUS_CHOICES))}"
        },
    )


class PaymentList(ListAPIView[Payment]):
    """All payments, newest first."""

    serializer_class = PaymentSerializer
    pagination_class = BareListUnlessPaged
    filterset_class = PaymentFilter

    @extend_schema(parameters=[ORDER_IDS])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List payments, of some orders, a customer or a status."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Payment]:
        """All payments, or those of the orders asked for."""
        return selectors.payments(order_ids=read_order_ids(self.request))


class PaymentDetail(APIView):
    """One payment."""

    @extend_schema(responses=PaymentSerializer)
    def get(self, request: Request, payment_id: str) -> Response:
        """The payment of this id."""
        payment = selectors.payment(payment_id=payment_id)
        if payment is None:
            raise NotFound(f"There is no payment {payment_id}.")
        return Response(PaymentSerializer(payment).data)


class PaymentOfOrder(APIView):
    """The payment of an order."""

    @extend_schema(responses=PaymentSerializer)
    def get(self, request: Request, order_id: str) -> Response:
        """The payment of the order's latest attempt."""
        payment = selectors.newest_of_order(order_id=order_id)
        if payment is None:
            raise NotFound(f"There is no payment for the order {order_id}.")
        return Response(PaymentSerializer(payment).data)


class AttemptsAtOrder(APIView):
    """All payments of an order."""

    @extend_schema(responses=AttemptsSerializer)
    def get(self, request: Request, order_id: str) -> Response:
        """One for each attempt, with Toss's record and the refunds; at most 100."""
        found = selectors.attempts_of_order(order_id=order_id, limit=MAX_ATTEMPTS)
        return Response(AttemptsSerializer({"data": found}).data)


class PaymentRefund(GenericAPIView[Payment]):
    """Giving an order's money back."""

    permission_classes = (IsOperator,)
    serializer_class = RefundRequestSerializer

    @extend_schema(
        request=RefundRequestSerializer,
        responses={200: RefundAnswerSerializer, 202: RefundAnswerSerializer},
    )
    def post(self, request: Request, order_id: str) -> Response:
        """Give back `amount`, or all that is left; all of it twice changes nothing.

        202 while Toss has not given a clear answer: the refund is noted, and is made.
        """
        noted = self._note(request, order_id)
        if "refundId" not in noted.data:
            return noted
        payment_id = noted.data["paymentId"]
        message = services.carry_out(
            payment_id=payment_id, refund_id=noted.data["refundId"]
        )
        is_done = message != services.UNDER_WAY
        return Response(
            _answer(message, selectors.sure_payment(payment_id=payment_id)),
            status=status.HTTP_200_OK if is_done else status.HTTP_202_ACCEPTED,
        )

    @idempotent
    def _note(self, request: Request, order_id: str) -> Response:
        """The answer, or for a refund that Toss must be asked for its key."""
        body = RefundRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        refunded = services.refund(
            order_id=order_id,
            amount=body.validated_data["amount"],
            reason=body.validated_data["reason"],
            by=request,
        )
        payment = refunded.payment
        if refunded.is_done:
            return Response(_answer(services.message_of(payment), payment))
        return Response(
            {"paymentId": payment.payment_id, "refundId": refunded.refund_id}
        )


def _answer(message: str, payment: Payment) -> dict[str, Any]:
    return {"message": message, "payment": PaymentSerializer(payment).data}
