"""What must hold of a saga's class; whatever does not is an IllegalSaga on import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from common.contracts.base import Command, Done, Record
from common.saga.errors import IllegalSaga
from common.saga.steps import Ask, Kind, Step, default_of, field_names

ORDER_OF_KINDS = (Kind.COMPENSATABLE, Kind.PIVOT, Kind.RETRIABLE)


def check_class(cls: type, steps: Mapping[str, Step], base: type) -> None:
    """The class has a promise, steps, and no step under a name of the base class."""
    name = cls.__name__
    if not (cls.__doc__ or "").strip():
        raise IllegalSaga(f"{name}: its docstring must say what it promises")
    if not steps:
        raise IllegalSaga(f"{name}: a saga has at least one step")
    for attribute in steps:
        if hasattr(base, attribute) or attribute in base.__annotations__:
            raise IllegalSaga(
                f"{name}.{attribute}: every saga already has something of that name"
            )


def check(saga: str, steps: Mapping[str, Step], data: type[Any]) -> None:
    """Every step is sound by itself, and they are so together."""
    if not issubclass(data, Record):
        raise IllegalSaga(f"{saga}: its data, {data.__name__}, must be a Record")
    for attribute, step in steps.items():
        where = f"{saga}.{attribute}"
        _check_command(where, step.ask)
        _check_kind(where, step)
        _check_fields(where, step.ask, data, undo=False)
        _check_reply(where, step.ask.command, data)
        if step.undo is not None:
            _check_command(where, step.undo)
            _check_fields(where, step.undo, data, undo=True)
            _check_undo_reply(where, step.undo.command)
    _check_order(saga, steps)
    _check_duplicates(saga, list(steps.values()))
    _check_last(saga, steps)


def _check_command(where: str, ask: Ask) -> None:
    command: Any = ask.command
    if not (isinstance(command, type) and issubclass(command, Command)):
        raise IllegalSaga(f"{where}: {command!r} is not a Command")
    if not command.name or not command.to:
        raise IllegalSaga(
            f"{where}: {command.__name__} must say its name and to whom it goes"
        )


def _check_kind(where: str, step: Step) -> None:
    if step.kind is Kind.COMPENSATABLE and step.undo is None:
        raise IllegalSaga(
            f"{where}: a compensatable step needs an undo; give one, or say by its"
            " kind that it is the PIVOT or RETRIABLE"
        )
    if step.kind is not Kind.COMPENSATABLE and step.undo is not None:
        raise IllegalSaga(f"{where}: a {step.kind} step is never undone: drop its undo")
    if step.kind is not Kind.RETRIABLE and step.within is None:
        raise IllegalSaga(
            f"{where}: a {step.kind} step needs a deadline (within=), or the saga"
            " might never end"
        )


def _check_fields(where: str, ask: Ask, data: type[Record], *, undo: bool) -> None:
    fields = field_names(ask.command)
    command = ask.command.__name__
    for name in ask.given:
        if name not in fields:
            raise IllegalSaga(f"{where}: {command} has no field {name!r} to be filled")
    for name in fields:
        known = name in ask.given or name == "attempt" or hasattr(data, name)
        if not known and not (undo and name == "reason"):
            raise IllegalSaga(
                f"{where}: {command}.{name} can't be filled: {data.__name__} has no"
                f" {name!r}; add it there, or use filled({command}, {name}=...)"
            )


def _check_reply(where: str, command: type[Command], data: type[Record]) -> None:
    _check_done(where, command)
    for name in field_names(command.done):
        if name not in field_names(data):
            raise IllegalSaga(
                f"{where}: {command.done.__name__} teaches {name!r}, which"
                f" {data.__name__} has no field for"
            )
        if default_of(data, name) is msgspec.NODEFAULT:
            raise IllegalSaga(
                f"{where}: {data.__name__}.{name} is learnt from"
                f" {command.done.__name__}: it needs a default until then"
            )


def _check_undo_reply(where: str, undo: type[Command]) -> None:
    _check_done(where, undo)
    if field_names(undo.done):
        raise IllegalSaga(
            f"{where}: nobody handles what {undo.done.__name__} teaches: the reply to"
            f" an undo ({undo.__name__}) only confirms"
        )


def _check_done(where: str, command: type[Command]) -> None:
    done: Any = command.done
    if not (isinstance(done, type) and issubclass(done, Done)):
        raise IllegalSaga(
            f"{where}: the reply of {command.__name__} is {done!r}, which is no Done:"
            " nobody would handle it"
        )


def _check_order(saga: str, steps: Mapping[str, Step]) -> None:
    before: str | None = None
    reached = 0
    for attribute, step in steps.items():
        rank = ORDER_OF_KINDS.index(step.kind)
        if rank < reached:
            raise IllegalSaga(
                f"{saga}.{attribute}: a {step.kind} step can't come after"
                f" {before}, which is {ORDER_OF_KINDS[reached]}: first what can be"
                " undone, then the pivot, then what is retried until it succeeds"
            )
        if step.kind is Kind.PIVOT and reached == rank:
            raise IllegalSaga(
                f"{saga}.{attribute}: a saga has at most one pivot, and {before} is it"
            )
        before, reached = attribute, rank


def _check_duplicates(saga: str, steps: list[Step]) -> None:
    asks = [ask for step in steps for ask in (step.ask, step.undo) if ask is not None]
    for name, count in Counter(ask.name for ask in asks).items():
        if count > 1:
            raise IllegalSaga(
                f"{saga}: {name} appears {count} times; a reply without headers could"
                " not be told apart"
            )


def _check_last(saga: str, steps: Mapping[str, Step]) -> None:
    attribute, last = list(steps.items())[-1]
    if last.done != "COMPLETED":
        raise IllegalSaga(
            f"{saga}.{attribute}: after the last step a saga is COMPLETED, not"
            f" {last.done!r}"
        )
