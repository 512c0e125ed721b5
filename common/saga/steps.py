"""A step of a saga: its command, its undo, and where their fields come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any

import msgspec

from common.contracts.base import Command, Record, Refused
from common.saga.state import SagaState

FIRST_RESEND = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(seconds=60)
# Whatever is sent for ever slows down once it has been sent this often:
PATIENT_AFTER = 10
PATIENT_PAUSE = timedelta(minutes=5)

Source = Callable[[SagaState[Any]], Any]
Within = timedelta | Callable[[Any], timedelta]


def seconds(count: float) -> timedelta:
    """`count` seconds."""
    return timedelta(seconds=count)


def minutes(count: float) -> timedelta:
    """`count` minutes."""
    return timedelta(minutes=count)


class Kind(StrEnum):
    """What can become of a step once it is sent.

    COMPENSATABLE may refuse, and can be undone. PIVOT may refuse, can't be undone:
    past it the saga only goes forward. RETRIABLE is sent until it succeeds.
    """

    COMPENSATABLE = "COMPENSATABLE"
    PIVOT = "PIVOT"
    RETRIABLE = "RETRIABLE"


@dataclass(frozen=True, slots=True)
class Ask:
    """One command and the source of each of its fields."""

    command: type[Command]
    given: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[tuple[str, Source], ...] = ()

    @property
    def name(self) -> str:
        """The command's name on the wire."""
        return self.command.name

    def build(self, state: SagaState[Any]) -> Command:
        """The command as this state fills it."""
        return self.command(**{name: source(state) for name, source in self.sources})

    def bound(self, data: type[Record]) -> Ask:
        """The same with a source for every field; `checks` has seen that it exists."""
        sources = [
            (name, self._source(name, data)) for name in field_names(self.command)
        ]
        return replace(self, sources=tuple(sources))

    def _source(self, name: str, data: type[Record]) -> Source:
        if name in self.given:
            value = self.given[name]
            return value if callable(value) else lambda _: value
        if name == "attempt":
            return attrgetter("attempt")
        if hasattr(data, name):
            return attrgetter(f"data.{name}")
        return _reason


def _reason(state: SagaState[Any]) -> str:
    return state.reason or ""


def filled(command: type[Command], **given: Any) -> Ask:
    """A command some fields of which are a value, or a function of the state."""
    return Ask(command, given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step as the machine uses it; `learns` are the fields its SUCCESS teaches."""

    ask: Ask
    undo: Ask | None
    kind: Kind
    running: str
    done: str
    within: Within | None
    resend_every: timedelta
    attribute: str = ""
    name: str = ""
    learns: tuple[str, ...] = ()
    refusal_learns: tuple[str, ...] = ()
    # What the data said before this step taught it:
    unlearnt: Mapping[str, Any] = field(default_factory=dict)

    def bound(self, attribute: str, data: type[Record]) -> Step:
        """The step under its name, ready to fill commands from `data`."""
        learns = field_names(self.ask.command.done)
        known = field_names(data)
        taught = [name for name in refusal_fields() if name in known]
        defaults = {name: default_of(data, name) for name in (*learns, *taught)}
        return replace(
            self,
            attribute=attribute,
            name=self.ask.name,
            ask=self.ask.bound(data),
            undo=self.undo.bound(data) if self.undo else None,
            learns=learns,
            refusal_learns=tuple(taught),
            unlearnt=defaults,
        )

    def deadline(self, started_at: datetime, data: Any) -> datetime | None:
        """When the step, sent at `started_at`, is overdue."""
        if self.within is None:
            return None
        limit = self.within
        return started_at + (limit if isinstance(limit, timedelta) else limit(data))

    def pause(self, sent_before: int) -> timedelta:
        """How long to wait before the next send: doubling, then every 60 s or 5 min."""
        if sent_before >= PATIENT_AFTER:
            return PATIENT_PAUSE
        return min(self.resend_every * (1 << sent_before), LONGEST_PAUSE)


def step(
    command: type[Command] | Ask,
    *,
    undo: type[Command] | Ask | None = None,
    kind: Kind = Kind.COMPENSATABLE,
    running: str,
    done: str,
    within: Within | None = None,
    resend_every: timedelta = FIRST_RESEND,
) -> Step:
    """One line of a saga's class body.

    `running` and `done` are the saga's status while the command is out and once it
    has succeeded; `within` is the time to answer, or a function of the data.
    """
    return Step(
        ask=_ask(command),
        undo=_ask(undo) if undo is not None else None,
        kind=kind,
        running=running,
        done=done,
        within=within,
        resend_every=resend_every,
    )


def _ask(command: type[Command] | Ask) -> Ask:
    return command if isinstance(command, Ask) else Ask(command)


def field_names(record: type[Record]) -> tuple[str, ...]:
    """The names of a record's fields, as Python spells them."""
    return tuple(record.__struct_fields__)


def refusal_fields() -> tuple[str, ...]:
    """What a refusal may teach besides its reason."""
    return tuple(n for n in field_names(Refused) if n not in ("reason", "message"))


def default_of(record: type[Record], name: str) -> Any:
    """The default of one field; msgspec.NODEFAULT where it has none."""
    for info in msgspec.structs.fields(record):
        if info.name == name:
            if info.default_factory is not msgspec.NODEFAULT:
                return info.default_factory()
            return info.default
    return msgspec.NODEFAULT
