"""Wrong passwords cost time: a few are free, then each pause is twice the one before.

Counted in the database, which all processes of a service share and which outlives
them; Django's cache is one a process here. Two counts: one a name at an address, so
that nobody can lock a colleague out from elsewhere, and one an address, so that trying
many names does not help either. Checked where accounts are, so it holds at every door:
the sign-in, the admin's, and HTTP Basic of the API.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import F

from common import clock
from common.storage.bulk import insert_rows
from common.storage.transactions import Conflict, run_atomically
from common.web.models import SignInTries

log = structlog.get_logger(__name__)

FREE_OF_NAME, FREE_OF_ADDRESS = 5, 30
FIRST_PAUSE_S, LONGEST_PAUSE_S = 10, 900
FORGET_AFTER = timedelta(hours=1)
# A row a door: how many failures are free there.
Doors = Mapping[str, int]


class LimitedAccounts(ModelBackend):
    """Django's accounts; while a pause lasts, no password is even looked at."""

    def authenticate(
        self,
        request: Any,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The user, if name and password are right. Raises PermissionDenied."""
        if request is None or username is None or password is None:
            return super().authenticate(request, username, password, **kwargs)
        doors = doors_of(request, username)
        known = _failures(doors)
        if seconds := _pause(doors, known, clock.now()):
            log.warning("sign_in.refused", user=username[:150], seconds=seconds)
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user is None:
            run_atomically(lambda: _note_failure(doors, clock.now()))
            log.warning("sign_in.failed", user=username[:150])
        elif known:
            # Not the address: one good account would pay for tries at others.
            run_atomically(SignInTries.objects.filter(pk=next(iter(doors))).delete)
        return user


def pause_s(request: Any, username: str) -> int:
    """How many seconds this caller must wait before trying this name again."""
    doors = doors_of(request, username)
    return _pause(doors, _failures(doors), clock.now())


def purge() -> int:
    """Delete counts that no longer count; return how many."""
    old = SignInTries.objects.filter(last_at__lt=clock.now() - FORGET_AFTER)
    return old.delete()[0]


def doors_of(request: Any, username: str) -> Doors:
    """The keys of the counts that a try belongs to, the name's first."""
    address = request.META.get("REMOTE_ADDR") or "local"
    name = username.strip().casefold()
    return {
        _key("name", address, name): FREE_OF_NAME,
        _key("address", address): FREE_OF_ADDRESS,
    }


def _key(*parts: str) -> str:
    text = "\n".join(parts).encode("utf-8", "backslashreplace")
    return hashlib.sha256(text).hexdigest()


def _failures(doors: Doors) -> dict[str, SignInTries]:
    since = clock.now() - FORGET_AFTER
    rows = SignInTries.objects.filter(pk__in=list(doors), last_at__gte=since)
    return {row.tries_id: row for row in rows}


def _pause(doors: Doors, known: Mapping[str, SignInTries], now: datetime) -> int:
    waits = [
        (row.last_at - now).total_seconds() + length_s(row.failures, doors[key])
        for key, row in known.items()
    ]
    return max(0, math.ceil(max(waits, default=0)))


def length_s(failures: int, free: int) -> int:
    """How long the pause after so many failures is, of which `free` cost nothing."""
    if failures < free:
        return 0
    doublings = min(failures - free, 10)
    return min(FIRST_PAUSE_S << doublings, LONGEST_PAUSE_S)


def _note_failure(doors: Doors, now: datetime) -> None:
    for key in doors:
        row = SignInTries.objects.filter(pk=key)
        counted = row.filter(last_at__gte=now - FORGET_AFTER)
        if counted.update(failures=F("failures") + 1, last_at=now):
            continue
        if row.update(failures=1, last_at=now):
            continue
        try:
            insert_rows(SignInTries, [SignInTries(key, 1, now)])
        except IntegrityError:
            raise Conflict("the same door was tried at the same time") from None
