"""What the list of sagas can be narrowed to and ordered by."""

from __future__ import annotations

from collections.abc import Collection

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from common.web.errors import BadRequest
from common.web.order_ids import ORDER_IDS, read_order_ids
from common.web.serializers import IdField
from orchestrator_svc.engine.selectors import ORDERS, SagaQuery, statuses
from orchestrator_svc.sagas import OrderSaga, registry

ALL = "all"
ASCENDING, DESCENDING = "asc", "desc"

PARAMETERS = [
    OpenApiParameter("page", int, description="From 1 on."),
    OpenApiParameter("limit", int, description="1 to 100; 10 if not said."),
    OpenApiParameter(
        "status",
        str,
        many=True,
        enum=list(statuses()),
        description="One or several: `status=A`, `status[]=A&status[]=B`, `status=A,B`."
        " None, or an empty one, means all.",
    ),
    OpenApiParameter("sortBy", str, enum=list(ORDERS)),
    OpenApiParameter("sortOrder", str, enum=[ASCENDING, DESCENDING]),
    OpenApiParameter(
        "q", str, description="An order, saga or customer id, or how one begins."
    ),
    ORDER_IDS,
    OpenApiParameter(
        "definition",
        str,
        description=f"`{OrderSaga.name}` if not said; `{ALL}` for every kind.",
    ),
]


def read_query(request: Request) -> SagaQuery:
    """What the request asks for. Raises BadRequest naming the parameter."""
    order = _choice(request, "sortOrder", (ASCENDING, DESCENDING), DESCENDING)
    return SagaQuery(
        statuses=_statuses(request),
        definition=_definition(request),
        search=_search(request),
        order_ids=tuple(read_order_ids(request)),
        sort_by=_choice(request, "sortBy", ORDERS, "createdAt"),
        descending=order == DESCENDING,
    )


def _statuses(request: Request) -> tuple[str, ...]:
    given = request.query_params
    texts = [*given.getlist("status"), *given.getlist("status[]")]
    parts = [part.strip() for text in texts for part in text.split(",")]
    named = tuple(dict.fromkeys(part for part in parts if part))
    for name in named:
        _check("status", name, statuses())
    return named if len(named) < len(statuses()) else ()


def _definition(request: Request) -> str:
    names = [name for name, _version in registry]
    name = _choice(request, "definition", (*names, ALL), OrderSaga.name)
    return "" if name == ALL else name


def _search(request: Request) -> str:
    text = request.query_params.get("q", "").strip()
    if not text:
        return ""
    try:
        return IdField().to_internal_value(text)
    except serializers.ValidationError:
        raise BadRequest("must be an id, or how one begins", field="q") from None


def _choice(request: Request, name: str, allowed: Collection[str], default: str) -> str:
    value = request.query_params.get(name) or default
    _check(name, value, allowed)
    return value


def _check(name: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        shown = value[:40]
        raise BadRequest(f"{shown!r} is not one of {', '.join(allowed)}", field=name)
