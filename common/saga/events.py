"""What can happen to a saga, and what comes of it."""

from __future__ import annotations

from typing import Generic

from common.contracts.base import Command, Done, Record, Refused
from common.saga.state import D, SagaState


class ReplyArrived(Record, kw_only=True):
    """A participant answered the command `command_id`.

    A foreign producer that sends no headers leaves the id empty: it then answers the
    outstanding command of that name, if there is one.
    """

    command_id: str = ""
    command_name: str
    answer: Done | Refused


class RefusalDoubted(Record, kw_only=True):
    """A participant said FAILED and, in the same reply, that the effect may hold.

    Somebody is finding out which; `why` says what is waited for meanwhile. What they
    find comes as a ReplyArrived to the same command. `command_id` as in there.
    """

    command_id: str = ""
    command_name: str
    answer: Refused
    why: str


class TimePassed(Record, kw_only=True):
    """The saga's `wake_at` has come; earlier it changes nothing."""


class CancelAsked(Record, kw_only=True):
    """The order shall not be; `by` is "customer", "customer:…", or who else asked."""

    by: str
    reason: str = ""


class RetryAsked(Record, kw_only=True):
    """An ended saga shall be tried once more."""

    by: str
    reason: str = ""


class Settled(Record, kw_only=True):
    """A person did by hand what the command `step` could not.

    `step` is the name of the stuck step or of its undo; `reference` proves it.
    """

    step: str
    by: str
    reference: str


Event = ReplyArrived | RefusalDoubted | TimePassed | CancelAsked | RetryAsked | Settled


class Send(Record, kw_only=True):
    """A command that must leave; a resend has the id and the content of the first."""

    command_id: str
    command: Command
    resend: int = 0


class Advanced(Record, Generic[D], kw_only=True):
    """What came of an event. `state` is the very same object where nothing changed.

    `note` says why an event did not do what it usually does; `undo_wanted` asks for
    the saga that undoes this completed one; `passed` are the status labels that were
    true for a moment between the old state and the new.
    """

    state: SagaState[D]
    sends: tuple[Send, ...] = ()
    note: str | None = None
    undo_wanted: bool = False
    passed: tuple[str, ...] = ()
