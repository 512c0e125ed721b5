"""The audit trails of all four services as one list, newest first.

Each service keeps its own, in the transaction of the act. One that does not answer is
named, and the others are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common.conf.service import SERVICES
from common.web import peers
from common.web.audit_api import AuditEntrySerializer, AuditFilter
from common.web.models import AuditEntry

OWN = "orchestrator"
PEERS = tuple(name for name in SERVICES if name != OWN)
TIME_LIMIT_S = 3.0

_threads = ThreadPoolExecutor(max_workers=6, thread_name_prefix="audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An operator's act, as the service that did it wrote it down."""

    service: str
    entry_id: str
    at: datetime
    actor: str
    action: str
    target: str
    reason: str
    request_id: str
    place: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, service: str, told: Mapping[str, Any]) -> Entry:
        """An entry of the API. KeyError, TypeError, ValueError for what is none."""
        return cls(
            service=service,
            entry_id=told["entryId"],
            at=datetime.fromisoformat(told["at"]),
            actor=told["actor"],
            action=told["action"],
            target=told["target"],
            reason=told["reason"],
            request_id=told["requestId"],
            place=f"{told['at']}/{told['entryId']}",
            detail=told["detail"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A page of the list; `older` is where the next one begins, "" after the last."""

    entries: tuple[Entry, ...]
    older: str = ""
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    service: str
    entries: Sequence[Entry] = ()
    has_more: bool = False
    answered: bool = True


def gather(parameters: Mapping[str, str], limit: int) -> Gathered:
    """The newest `limit` entries that match, of all services."""
    # The threads belong to this request: its ids go out with what they ask.
    asked = [
        _threads.submit(copy_context().run, _ask, service, parameters)
        for service in PEERS
    ]
    heard = [_own(parameters, limit), *(one.result() for one in asked)]
    return merged(heard, limit)


def merged(heard: Iterable[_Heard], limit: int) -> Gathered:
    """The newest of what was heard; nothing older than what is left out is shown."""
    heard = list(heard)
    entries = [entry for one in heard for entry in one.entries]
    entries.sort(key=lambda entry: (entry.at, entry.entry_id), reverse=True)
    has_more = len(entries) > limit or any(one.has_more for one in heard)
    shown = tuple(entries[:limit])
    return Gathered(
        entries=shown,
        older=shown[-1].place if shown and has_more else "",
        silent=tuple(one.service for one in heard if not one.answered),
    )


def _own(parameters: Mapping[str, str], limit: int) -> _Heard:
    narrowed = AuditFilter(parameters, queryset=AuditEntry.objects.all()).qs
    rows = list(narrowed[: limit + 1])
    told = AuditEntrySerializer(rows[:limit], many=True).data
    return _Heard(
        service=OWN,
        entries=[Entry.read(OWN, one) for one in told],
        has_more=len(rows) > limit,
    )


def _ask(service: str, parameters: Mapping[str, str]) -> _Heard:
    try:
        told = peers.get(service, "/api/audit", parameters, timeout=TIME_LIMIT_S)
        with peers.reading(service):
            return _Heard(
                service=service,
                entries=[Entry.read(service, one) for one in told["data"]],
                has_more=told["pagination"]["hasNextPage"],
            )
    except (peers.NoAnswer, peers.Refused):
        return _Heard(service=service, answered=False)
