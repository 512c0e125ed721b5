"""One thing that happened to an order, or is still to happen; no I/O, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Lane(StrEnum):
    """Who takes part, from left to right; the value names a service too."""

    OPERATOR = "operator"
    CUSTOMER = "customer"
    ORCHESTRATOR = "orchestrator"
    ORDER = "order"
    PAYMENT = "payment"
    INVENTORY = "inventory"
    TOSS = "toss"

    @property
    def words(self) -> Words:
        """As a person calls it."""
        return LANE_WORDS[self]


LANE_WORDS: dict[Lane, Words] = {
    Lane.OPERATOR: _("Operator"),
    Lane.CUSTOMER: _("Customer"),
    Lane.ORCHESTRATOR: _("Orchestrator"),
    Lane.ORDER: _("Order"),
    Lane.PAYMENT: _("Payment"),
    Lane.INVENTORY: _("Inventory"),
    Lane.TOSS: _("Toss"),
}


class Shape(StrEnum):
    """How it is drawn: a command is a full line, a reply a broken one, and so on."""

    COMMAND = "command"
    REPLY = "reply"
    EVENT = "event"
    CALL = "call"
    ACT = "act"
    STATUS = "status"
    LETTER = "letter"


class Tone(StrEnum):
    """What it means for the order; each has a colour and a sign."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    UNDONE = "undone"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Leg:
    """One receiver; `at` is when it was done with the message, None where it is not.

    `heard` is False where nobody can tell: the receiver does not answer.
    """

    lane: Lane
    at: datetime | None = None
    heard: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something between two parts, or (without legs) within one.

    `key` is its own on the page; `at` is None for what is still to come. `message_id`
    names the message it is, if it is one, and `cause` the key of what led to it.
    `link` leads to more about it. `repeats` counts how often it was sent again, `until`
    when for the last time.
    """

    key: str
    at: datetime | None
    lane: Lane
    legs: tuple[Leg, ...] = ()
    shape: Shape
    tone: Tone = Tone.PLAIN
    label: Words
    detail: Words = ""
    amount: Decimal | None = None
    message_id: str = ""
    cause: str = ""
    status: str = ""
    link: str = ""
    repeats: int = 0
    until: datetime | None = None
