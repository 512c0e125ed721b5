"""Which products exist, as the inventory service says over HTTP.

Known ids are kept; an unknown one makes us ask again, at most once a second. Where the
inventory does not answer, nothing is unknown: the saga will find out by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import lru_cache

from common.web import peers
from common.web.errors import InvalidFields

ASK_EVERY_S = 1.0
TIME_LIMIT_S = 1.0
Fetch = Callable[[], set[str]]


class Catalog:
    """The product ids known so far; safe to ask from several threads."""

    def __init__(
        self, fetch: Fetch, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`fetch` gets all ids, and raises as common.web.peers when it cannot."""
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
        except (peers.NoAnswer, peers.Refused):
            self._answered = False
        # After the call: a slow answer must not use up the pause.
        self._asked_at = self._clock()


def fetch_product_ids() -> set[str]:
    """All product ids of the inventory service, however many lists it takes."""
    shelves = peers.rows("inventory", "/api/inventory", timeout=TIME_LIMIT_S)
    with peers.reading("inventory"):
        return {row["productId"] for row in shelves}


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
