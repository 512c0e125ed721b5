"""The audit trail: operator actions, in the transaction that does them."""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest
from rest_framework.request import Request

from common import clock
from common.storage.bulk import insert_rows
from common.web import context
from common.web.models import AuditEntry
from common.web.peers import ON_BEHALF_OF

Actor = Request | HttpRequest | str
# Our own users' names are no longer.
NAME_LENGTH = 150


def record(
    actor: Actor,
    action: str,
    target: str,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write down who did what to what and why, in the running transaction."""
    entry = AuditEntry(
        entry_id=f"AUD-{uuid.uuid4().hex}",
        at=clock.now(),
        actor=(actor if isinstance(actor, str) else actor_of(actor))[:200],
        action=action,
        target=target[:200],
        reason=reason[:2000],
        detail=dict(detail or {}),
        request_id=context.current().request_id,
    )
    insert_rows(AuditEntry, [entry])
    return entry


def actor_of(request: Request | HttpRequest) -> str:
    """The caller; and the person the caller says it acts for.

    The caller always stands first: who lies about the person is seen to have lied.
    """
    caller, person = _caller_of(request), _person_of(request)
    return f"{caller} for {person}" if person not in {"", caller} else caller


def _caller_of(request: Request | HttpRequest) -> str:
    """The user's name, or from where an unnamed caller came."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return str(user.get_username())
    return f"anonymous@{request.META.get('REMOTE_ADDR') or 'local'}"


def _person_of(request: Request | HttpRequest) -> str:
    name = unquote(request.headers.get(ON_BEHALF_OF, ""))
    return "".join(each for each in name if each.isprintable())[:NAME_LENGTH]


def command_actor() -> str:
    """The actor of a management command: the user of the operating system."""
    return f"command:{getpass.getuser()}"
