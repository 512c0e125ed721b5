"""Pages by `page` and `limit`, and the bare lists that the seed's clients expect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from common.web.errors import BadRequest

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
MAX_PAGE = 10_000_000
MAX_BARE = 1000


class LenientPaginator(Paginator):  # type: ignore[type-arg]
    """A page past the last one is empty, not an error."""

    def validate_number(self, number: Any) -> int:
        """Any page from 1 on."""
        return int(number)


class ContractPagination(PageNumberPagination):
    """`page` (1…) and `limit` (1 to 100, default 10); answers {data, pagination}."""

    page_size_query_param = "limit"
    page: Page[Any]
    request: Request

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any]:
        """The rows of the page asked for. Raises BadRequest naming page or limit."""
        self.request = request
        number = read_number(request, "page", 1, MAX_PAGE)
        limit = read_number(request, "limit", DEFAULT_LIMIT, MAX_LIMIT)
        self.page = LenientPaginator(queryset, limit).page(number)
        self.display_page_controls = self.page.paginator.num_pages > 1
        return list(self.page)

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """The contract's {data, pagination}."""
        return Response({"data": data, "pagination": describe(self.page)})

    def get_results(self, data: Any) -> Any:
        """The rows: by these a browsable page knows a list, and offers its filters."""
        return data["data"]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The OpenAPI form of {data, pagination}."""
        whole = {"type": "integer"}
        flag = {"type": "boolean"}
        numbers = ("currentPage", "totalPages", "totalCount", "limit")
        properties: dict[str, Any] = dict.fromkeys(numbers, whole)
        properties |= dict.fromkeys(("hasNextPage", "hasPrevPage"), flag)
        pagination = {
            "type": "object",
            "properties": properties,
            "required": list(properties),
        }
        return {
            "type": "object",
            "required": ["data", "pagination"],
            "properties": {"data": schema, "pagination": pagination},
        }


class BareListUnlessPaged(ContractPagination):
    """Without `page` and `limit` a bare array of at most 1,000, as the seed answered.

    Where there are more, a `Link` header leads to the page after them.
    """

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any]:
        """The page asked for, or the first 1,000 rows."""
        self.bare = not {"page", "limit"} & request.query_params.keys()
        if not self.bare:
            return super().paginate_queryset(queryset, request, view)
        self.request = request
        rows = list(queryset[: MAX_BARE + 1])
        self.has_more = len(rows) > MAX_BARE
        return rows[:MAX_BARE]

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """The bare array with its Link, or {data, pagination}."""
        if not self.bare:
            return super().get_paginated_response(data)
        headers = {"Link": self._link_to_the_rest()} if self.has_more else None
        return Response(data, headers=headers)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Either form, by whether page or limit was given."""
        return {"oneOf": [schema, super().get_paginated_response_schema(schema)]}

    def _link_to_the_rest(self) -> str:
        query = self.request.query_params.copy()
        query["limit"] = str(MAX_LIMIT)
        query["page"] = str(MAX_BARE // MAX_LIMIT + 1)
        address = self.request.build_absolute_uri(self.request.path)
        return f'<{address}?{query.urlencode()}>; rel="next"'

    def to_html(self) -> str:
        """No page controls under a bare list."""
        return "" if self.bare else str(super().to_html())


def read_number(request: Request, name: str, default: int, maximum: int) -> int:
    """The whole number in a query parameter, 1 to `maximum`. Raises BadRequest."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdecimal() and len(text) <= 9:
        number = int(text)
        if 1 <= number <= maximum:
            return number
    raise BadRequest(f"must be a whole number from 1 to {maximum}", field=name)


def describe(page: Page[Any]) -> dict[str, Any]:
    """The contract's `pagination` member."""
    pages = -(-page.paginator.count // page.paginator.per_page)
    return {
        "currentPage": page.number,
        "totalPages": pages,
        "totalCount": page.paginator.count,
        "limit": page.paginator.per_page,
        "hasNextPage": page.number < pages,
        "hasPrevPage": page.number > 1,
    }
