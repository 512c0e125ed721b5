"""What the list of sagas can be narrowed to and ordered by."""

from __future__ import annotations

from collections.abc import Collection

from django.http import QueryDict
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
    given = request.query_params
    named = named_statuses(given)
    for name in named:
        _check("status", name, statuses())
    return SagaQuery(
        statuses=few_or_none(named),
        definition=read_definition(given),
        search=read_search(given),
        order_ids=tuple(read_order_ids(request)),
        sort_by=read_sort(given),
        descending=is_descending(given),
    )


def named_statuses(given: QueryDict) -> tuple[str, ...]:
    """The statuses that are asked for, each once, whether there are such or not."""
    texts = [*given.getlist("status"), *given.getlist("status[]")]
    parts = [part.strip() for text in texts for part in text.split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))


def few_or_none(named: tuple[str, ...]) -> tuple[str, ...]:
    """All statuses are no filter."""
    return named if len(named) < len(statuses()) else ()


def read_definition(given: QueryDict) -> str:
    """The kind of sagas; empty for every kind. Raises BadRequest."""
    names = [name for name, _version in registry]
    name = _choice(given, "definition", (*names, ALL), OrderSaga.name)
    return "" if name == ALL else name


def read_search(given: QueryDict) -> str:
    """The id, or how it begins, or nothing. Raises BadRequest."""
    text = given.get("q", "").strip()
    if not text:
        return ""
    try:
        return IdField().to_internal_value(text)
    except serializers.ValidationError:
        raise BadRequest("must be an id, or how one begins", field="q") from None


def read_sort(given: QueryDict) -> str:
    """What the list is ordered by. Raises BadRequest."""
    return _choice(given, "sortBy", ORDERS, "createdAt")


def is_descending(given: QueryDict) -> bool:
    """True unless the list shall ascend. Raises BadRequest."""
    order = _choice(given, "sortOrder", (ASCENDING, DESCENDING), DESCENDING)
    return order == DESCENDING


def _choice(given: QueryDict, name: str, allowed: Collection[str], default: str) -> str:
    value = given.get(name) or default
    _check(name, value, allowed)
    return value


def _check(name: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        shown = value[:40]
        raise BadRequest(f"{shown!r} is not one of {', '.join(allowed)}", field=name)
