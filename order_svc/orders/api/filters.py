"""What the list of orders can be narrowed to by its query parameters."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from common.contracts.base import Mode
from common.web.errors import BadRequest
from common.web.order_ids import ORDER_IDS, read_order_ids
from common.web.serializers import TextField
from order_svc.orders.domain import OrderStatus

CUSTOMER_LENGTH = 100

PARAMETERS = [
    ORDER_IDS,
    OpenApiParameter("customerId", str, description="Orders of this customer."),
    OpenApiParameter(
        "status",
        str,
        many=True,
        enum=list(OrderStatus),
        description="One or several: `status=A`, `status=A,B`, `status=A&status=B`.",
    ),
    OpenApiParameter(
        "mode", str, many=True, enum=list(Mode), description="One or several."
    ),
]


def read_filters(request: Request) -> dict[str, Any]:
    """The arguments of selectors.list_orders. Raises BadRequest naming the field."""
    return {
        "order_ids": read_order_ids(request),
        "customer_id": read_customer(request),
        "statuses": read_choices(request, "status", OrderStatus),
        "modes": read_choices(request, "mode", Mode),
    }


def read_customer(request: Request) -> str:
    """The customer asked for, or ''."""
    text = request.query_params.get("customerId", "")
    try:
        return TextField(max_length=CUSTOMER_LENGTH).to_internal_value(text)
    except serializers.ValidationError as error:
        detail = error.detail
        why = str(detail[0] if isinstance(detail, list) else detail)
        raise BadRequest(why, field="customerId") from None


def read_choices(request: Request, name: str, choices: type[StrEnum]) -> list[str]:
    """The values of `name`, `name[]` and comma-separated ones; none means all."""
    given = request.query_params.getlist(name)
    given += request.query_params.getlist(f"{name}[]")
    found = [part.strip() for text in given for part in text.split(",")]
    values = list(dict.fromkeys(part for part in found if part))
    allowed = [choice.value for choice in choices]
    for value in values:
        if value not in allowed:
            shown = value[:40]
            raise BadRequest(
                f"{shown!r} is not one of {', '.join(allowed)}", field=name
            )
    return values
