"""The same POST twice has one effect and one answer (Idempotency-Key).

The record of the first answer is written in the transaction of the effects, so there
is never one without the other. Of two requests at once the second waits for, or loses
to, the first: its transaction then starts anew and finds the answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import IntegrityError
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.storage.bulk import insert_rows
from common.storage.transactions import Conflict, run_atomically
from common.web.audit import actor_of
from common.web.errors import BadRequest, Unprocessable
from common.web.json import decode, encode
from common.web.models import IdempotencyRecord
from common.web.peers import IDEMPOTENCY_KEY

IN_META = "HTTP_IDEMPOTENCY_KEY"
REPLAYED = "Idempotency-Replayed"
KEEP_FOR = timedelta(hours=24)
PURGE_BATCH = 1000
_valid_key = re.compile(r"[!-~]{1,255}").fullmatch
_kept_headers = ("Location", "Retry-After")

V = TypeVar("V")
P = ParamSpec("P")
# The view's parameter is positional: Concatenate has no names.
ViewMethod = Callable[Concatenate[V, Request, P], Response]


def idempotent(method: ViewMethod[V, P]) -> ViewMethod[V, P]:
    """Run a view method in one transaction, and with a key only once.

    Decorate `post`, or the inner method behind checks that need not hold a
    transaction. The method may run again after a Conflict. What it raises undoes its
    effects, and the key stays free.
    """

    @wraps(method)
    def answer(
        view: V, request: Request, /, *args: P.args, **kwargs: P.kwargs
    ) -> Response:
        key = read_key(request)
        if key is None:
            return run_atomically(lambda: method(view, request, *args, **kwargs))

        def unit() -> Response:
            return _once(request, key, lambda: method(view, request, *args, **kwargs))

        return run_atomically(unit)

    return answer


def once(actor: str, path: str, key: str, act: Callable[[], None]) -> bool:
    """Do `act` unless it was done under this key before; True where it was done now.

    For forms, whose answer needs no replaying. As in `idempotent`, what `act` raises
    undoes its effects, and the key stays free.
    """
    record_id = _digest(actor, "FORM", path, key)

    def unit() -> bool:
        if IdempotencyRecord.objects.filter(pk=record_id).exists():
            return False
        act()
        _remember(record_id, "", Response(status=HTTPStatus.SEE_OTHER))
        return True

    return run_atomically(unit)


def read_key(request: Request) -> str | None:
    """The request's key, or None. Raises BadRequest for one that is no key."""
    # Not `request.headers`, which first copies all of them.
    key: str | None = request.META.get(IN_META)
    if key is None:
        return None
    if not _valid_key(key):
        raise BadRequest(
            "must be 1 to 255 visible ASCII characters", field=IDEMPOTENCY_KEY
        )
    return key


def _once(request: Request, key: str, run: Callable[[], Response]) -> Response:
    record_id = _digest(actor_of(request), request.method, request.path, key)
    fingerprint = _digest(encode(_canonical(request.data)).decode())
    found = IdempotencyRecord.objects.filter(pk=record_id).first()
    if found is not None:
        return _replayed(found, fingerprint)
    response = run()
    _remember(record_id, fingerprint, response)
    return response


def _replayed(record: IdempotencyRecord, fingerprint: str) -> Response:
    if record.fingerprint != fingerprint:
        raise Unprocessable(
            f"This {IDEMPOTENCY_KEY} was used with another body; take a new key.",
            code="IDEMPOTENCY_KEY_REUSED",
        )
    return Response(
        decode(bytes(record.body)),
        status=record.status,
        headers={**record.headers, REPLAYED: "true"},
    )


def _remember(record_id: str, fingerprint: str, response: Response) -> None:
    record = IdempotencyRecord(
        record_id=record_id,
        fingerprint=fingerprint,
        status=response.status_code,
        body=encode(response.data),
        headers={name: response[name] for name in _kept_headers if name in response},
        created_at=clock.now(),
    )
    try:
        insert_rows(IdempotencyRecord, [record])
    except IntegrityError:
        raise Conflict("the same key was answered at the same time") from None


def _canonical(value: Any) -> Any:
    """`value` with the members of every object in order of their names."""
    if isinstance(value, dict):
        return {name: _canonical(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_canonical(one) for one in value]
    return value


def _digest(*parts: Any) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def purge(older_than: timedelta = KEEP_FOR) -> int:
    """Delete answers past their keeping time; return how many."""
    before = clock.now() - older_than
    deleted = 0
    while keys := list(
        IdempotencyRecord.objects.filter(created_at__lt=before)
        .order_by("created_at", "record_id")
        .values_list("pk", flat=True)[:PURGE_BATCH]
    ):
        deleted += IdempotencyRecord.objects.filter(pk__in=keys).delete()[0]
    return deleted
