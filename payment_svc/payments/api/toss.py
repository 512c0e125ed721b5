"""Where the customer's browser, Toss and the other services speak of Toss payments."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common import faults
from common.web.permissions import IsOperator, MayOrder
from payment_svc.payments import confirming, doorbell, recovering
from payment_svc.payments.api.serializers import PaymentSerializer
from payment_svc.payments.api.toss_serializers import (
    ConfirmAnswerSerializer,
    ConfirmSerializer,
    CreateFromTossAnswerSerializer,
    CreateFromTossSerializer,
    toss_data_of,
)
from payment_svc.payments.domain import payment_id_of
from payment_svc.payments.models import Payment

CONFIRMED = "Payment confirmed successfully"
CREATED = "Payment created from Toss"
KNOWN = "The payment was there already"


class PaymentConfirm(GenericAPIView[Payment]):
    """The customer has agreed in Toss's window."""

    permission_classes = (MayOrder,)
    serializer_class = ConfirmSerializer

    @extend_schema(request=ConfirmSerializer, responses=ConfirmAnswerSerializer)
    def post(self, request: Request) -> Response:
        """Charge, once; a repeat gets the same answer with `cached: true`."""
        faults.reach("payment.before-intent")
        body = ConfirmSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        confirmed = confirming.confirm(
            payment_key=body.validated_data["paymentKey"],
            order_id=body.validated_data["orderId"],
            amount=body.validated_data["amount"],
        )
        answer: dict[str, Any] = {
            "message": CONFIRMED,
            "payment": PaymentSerializer(confirmed.payment).data,
            "tossPaymentData": toss_data_of(confirmed.payment),
            "cached": confirmed.cached,
        }
        return Response(answer)


class PaymentFromToss(GenericAPIView[Payment]):
    """Toss has charged, and our books do not know."""

    permission_classes = (IsOperator,)
    serializer_class = CreateFromTossSerializer

    @extend_schema(
        request=CreateFromTossSerializer,
        responses={
            200: CreateFromTossAnswerSerializer,
            201: CreateFromTossAnswerSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        """Ask Toss, and book what it says; the body only says where to look."""
        body = CreateFromTossSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        own = payment_id_of(said["orderId"], said["attempt"])
        ensured = recovering.ensure(
            recovering.Claimed(
                payment_id=said["paymentId"] or own,
                order_id=said["orderId"],
                customer_id=said["customerId"],
                amount=said["amount"],
                payment_key=said["paymentKey"],
                saga_id=said["sagaId"],
                attempt=said["attempt"],
            )
        )
        created = ensured.created
        return Response(
            {
                "message": CREATED if created else KNOWN,
                "payment": PaymentSerializer(ensured.payment).data,
                "created": created,
            },
            status=status.HTTP_201_CREATED if created else status.HTTP_200_OK,
        )


class TossWebhook(APIView):
    """Toss says that something has changed; whoever says so, Toss is asked."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=dict[str, Any], responses=dict[str, bool])
    def post(self, request: Request) -> Response:
        """Look the order up at Toss soon; always 200, or Toss would say it again."""
        order_id = _order_in(request.data)
        known = bool(order_id) and recovering.hinted(order_id)
        if known:
            doorbell.ring()
        return Response({"received": True})


def _order_in(body: Any) -> str:
    """The order id in a webhook of either of Toss's forms; empty for none."""
    if not isinstance(body, dict):
        return ""
    data = body.get("data")
    inner = data if isinstance(data, dict) else body
    order_id = inner.get("orderId")
    return order_id if isinstance(order_id, str) and len(order_id) <= 100 else ""
