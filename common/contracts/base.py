"""Every message is a frozen record; its class says what it means and for whom."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, dataclass_transform

import msgspec

from common.contracts import money, toss

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]
Attempt = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class ContractError(ValueError):
    """The message does not have the form its contract promises."""


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,)
)
class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A value that crosses a border: immutable, keyword-only, camelCase on the wire.

    Fields the class does not know are dropped on arrival, so a foreign producer
    may send more than we read.
    """


class Mode(StrEnum):
    """Which of the two saga patterns runs an order."""

    CHOREOGRAPHY = "CHOREOGRAPHY"
    ORCHESTRATION = "ORCHESTRATION"


class PaymentMethod(StrEnum):
    """Who starts the charge: the service by itself, or the customer in a window."""

    AUTO = "AUTO"
    TOSS = "TOSS"


class ReplyStatus(StrEnum):
    """What a participant says of a command."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"


class Done(Record, kw_only=True):
    """The command's effect holds; subclasses add what the saga learns from it."""


class Refused(Record, kw_only=True):
    """The command had no effect, and will have none."""

    reason: Code
    message: Text = ""
    toss_payment_data: toss.TossData | None = None

    def __post_init__(self) -> None:
        checked_toss_data(self.toss_payment_data)


class Command(Record, kw_only=True):
    """An order to one service; `attempt` counts the retries of the whole saga."""

    name: ClassVar[str] = ""
    to: ClassVar[str] = ""
    done: ClassVar[type[Done]] = Done

    attempt: Attempt = 1


class Event(Record, kw_only=True):
    """A fact that a service tells whoever listens (choreography)."""

    topic: ClassVar[str] = ""

    order_id: Code
    timestamp: str = ""


class Reply(Record, kw_only=True):
    """A participant's answer to the command `command_name`."""

    command_name: str
    answer: Done | Refused

    @property
    def succeeded(self) -> bool:
        """True when the command's effect holds."""
        return isinstance(self.answer, Done)


def checked_money(value: Decimal, field: str, *, minimum: Decimal = Decimal(0)) -> None:
    """Raise ContractError unless `value` is an amount of money we can book."""
    currency = money.current()
    if not value.is_finite():
        raise ContractError(f"{field}: must be a finite number")
    if not minimum <= value <= currency.largest:
        raise ContractError(
            f"{field}: must be between {minimum} and {currency.largest}"
        )
    if not value.same_quantum(currency.unit):  # most have just its places
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -currency.places:
            raise ContractError(f"{field}: {currency.rule}")


def checked_toss_data(data: toss.TossData | None) -> None:
    """Raise ContractError where a record of Toss's is none that we would keep."""
    if data is not None and (flaw := toss.flaw_of(data)):
        raise ContractError(f"tossPaymentData: {flaw}")
