"""What an address asks of the audit list; what it says badly is put right, and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.http import QueryDict
from django.utils.translation import gettext

from common.messaging.envelope import iso
from common.ui.paging import LIMITS

LONGEST = 200
DEFAULT_LIMIT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which entries; empty means all. Days are in UTC, the last one is whole."""

    actor: str = ""
    action: str = ""
    target: str = ""
    first_day: date | None = None
    last_day: date | None = None
    older_than: str = ""
    limit: int = DEFAULT_LIMIT
    remarks: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """True where not all entries are asked for."""
        days = self.first_day or self.last_day
        return bool(self.actor or self.action or self.target or days)

    @property
    def parameters(self) -> dict[str, str]:
        """The same for `GET /api/audit` of any service."""
        found = {
            "actorContains": self.actor,
            "action": self.action,
            "targetContains": self.target,
            "since": _start(self.first_day),
            "until": _start(self.last_day, days_later=1),
            "olderThan": self.older_than,
            "limit": str(self.limit),
        }
        return {name: value for name, value in found.items() if value}


def read(said: QueryDict) -> Asked:
    """What the address asks."""
    remarks: list[str] = []
    return Asked(
        actor=_text(said, "actor"),
        action=_text(said, "action"),
        target=_text(said, "target"),
        first_day=_day(said, "from", remarks),
        last_day=_day(said, "to", remarks),
        older_than=_place(said, remarks),
        limit=_limit(said),
        remarks=tuple(remarks),
    )


def _text(said: Mapping[str, str], name: str) -> str:
    found = said.get(name, "").strip()[:LONGEST]
    return "".join(each for each in found if each.isprintable())


def _day(said: Mapping[str, str], name: str, remarks: list[str]) -> date | None:
    text = said.get(name, "")
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    # Nothing is older; and a day on from the last there is would be none.
    if found is None or not 2000 <= found.year < 9999:
        remarks.append(
            gettext("“%(text)s” is no day, and was left out.") % {"text": text[:40]}
        )
        return None
    return found


def _place(said: Mapping[str, str], remarks: list[str]) -> str:
    text = said.get("older", "")
    if not text:
        return ""
    at, _, entry_id = text.partition("/")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    is_place = moment is not None and moment.tzinfo is not None and entry_id
    if not is_place or len(text) > LONGEST or not text.isprintable():
        remarks.append(gettext("The place in the list is unknown; this is its start."))
        return ""
    return text


def _limit(said: Mapping[str, str]) -> int:
    text = said.get("limit", "")
    return int(text) if text in {str(one) for one in LIMITS} else DEFAULT_LIMIT


def _start(day: date | None, days_later: int = 0) -> str:
    if day is None:
        return ""
    start = datetime.combine(day, time(), tzinfo=UTC)
    return iso(start + timedelta(days=days_later))
