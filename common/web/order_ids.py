"""The orders that a list is narrowed to, as all services take them: `orderId=A,B`."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from common.web.errors import BadRequest

NAME = "orderId"
MOST = 100
LONGEST = 100

ORDER_IDS = OpenApiParameter(
    NAME, str, many=True, description="One or several: `orderId=A`, `orderId=A,B`."
)


def read_order_ids(request: Request) -> list[str]:
    """The ids asked for, none for all. Raises BadRequest for too many, or too long."""
    given = request.query_params.getlist(NAME)
    found = [part.strip() for text in given for part in text.split(",")]
    ids = list(dict.fromkeys(part for part in found if part))
    if len(ids) > MOST:
        raise BadRequest(f"must name at most {MOST} orders", field=NAME)
    if any(len(one) > LONGEST or not one.isprintable() for one in ids):
        raise BadRequest(f"must be ids of at most {LONGEST} characters", field=NAME)
    return ids
