"""Which products exist, as the inventory service says over HTTP.

Known ids are kept; an unknown one makes us ask again, at most once a second. Where the
inventory does not answer, nothing is unknown: the saga will find out by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import httpx
import structlog

from common.web.errors import InvalidFields
from common.web.peers import client_of

log = structlog.get_logger(__name__)

ASK_EVERY_S = 1.0
TIME_LIMIT_S = 1.0
MAX_PAGES = 1000
Fetch = Callable[[], set[str]]


class Catalog:
    """The product ids known so far; safe to ask from several threads."""

    def __init__(
        self, fetch: Fetch, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`fetch` gets all ids, and raises httpx.HTTPError when it cannot."""
        self._fetch = fetch
        self._clock = clock
        self._known: set[str] = set()
        self._asked_at: float | None = None
        self._answered = False
        self._turn = threading.Lock()

    def unknown(self, product_ids: Iterable[str]) -> list[str]:
        """Those the inventory does not know, in order, each once."""
        wanted = list(dict.fromkeys(product_ids))
        missing = [one for one in wanted if one not in self._known]
        if not missing:
            return []
        with self._turn:
            self._ask_if_due()
            if not self._answered:
                return []
            return [one for one in missing if one not in self._known]

    def _ask_if_due(self) -> None:
        now = self._clock()
        if self._asked_at is not None and now - self._asked_at < ASK_EVERY_S:
            return
        try:
            self._known = self._fetch()
            self._answered = True
        except (httpx.HTTPError, ValueError) as error:
            self._answered = False
            log.warning("catalog.unreachable", error=str(error))
        # After the call: a slow answer must not use up the pause.
        self._asked_at = self._clock()


def fetch_product_ids() -> set[str]:
    """All product ids of the inventory service, however many lists it takes."""
    with client_of("inventory", timeout=TIME_LIMIT_S) as http:
        address = "/api/inventory"
        found: set[str] = set()
        for _ in range(MAX_PAGES):
            answer = http.get(address).raise_for_status()
            found |= {row["productId"] for row in _rows(answer.json())}
            following = _next(answer)
            if following is None:
                return found
            address = following
    raise ValueError(f"the inventory has more than {MAX_PAGES} pages")


def _rows(body: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = body["data"] if isinstance(body, dict) else body
    return rows


def _next(answer: httpx.Response) -> str | None:
    if "next" in answer.links:
        return str(answer.links["next"]["url"])
    body = answer.json()
    if not isinstance(body, dict) or not body["pagination"]["hasNextPage"]:
        return None
    page = body["pagination"]["currentPage"] + 1
    return str(answer.url.copy_set_param("page", page))


@lru_cache(maxsize=1)
def _catalog() -> Catalog:
    return Catalog(fetch_product_ids)


def unknown_products(product_ids: Iterable[str]) -> list[str]:
    """The product ids the inventory service does not know."""
    return _catalog().unknown(product_ids)


def refuse_unknown_products(product_ids: Iterable[str]) -> None:
    """Raise a 400 naming every items[i].productId the inventory does not know."""
    ids = list(product_ids)
    unknown = set(unknown_products(ids))
    errors = [
        (f"items[{index}].productId", f"there is no product {one!r}")
        for index, one in enumerate(ids)
        if one in unknown
    ]
    if errors:
        raise InvalidFields(errors)
