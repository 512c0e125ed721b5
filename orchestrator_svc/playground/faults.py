"""What a person can let go wrong here, where, and what will be seen of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.conf.service import SERVICES
from common.faults.record import Action

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Text

EVERY = tuple(SERVICES)


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to go wrong: the point where it strikes, `{}` standing for the service."""

    key: str
    label: Text
    point: str
    action: Action
    services: Sequence[str]
    seen: Text

    @property
    def takes_seconds(self) -> bool:
        """True where it must be said how long the service dawdles."""
        return self.action is Action.SLOW

    def point_at(self, service: str) -> str:
        """The point's name in this service."""
        return self.point.format(service)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault to be turned on; `times` 0 is: until its time is over."""

    kind: Kind
    service: str
    percent: int = 100
    lasts_s: int = 60
    times: int = 0
    wait_s: int = 2


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "decline",
            _("The payment is declined"),
            "payment.decline",
            Action.FAIL,
            ("payment",),
            _(
                "The card says no. Orchestrated, the orchestrator sends CANCEL_ORDER; "
                "choreographed, the order service hears payment.failed and closes the "
                "order by itself. Nothing was charged, so nothing has to go back."
            ),
        ),
        Kind(
            "no-stock",
            _("Nothing in stock"),
            "inventory.no-stock",
            Action.FAIL,
            ("inventory",),
            _(
                "The order is paid, and then the goods are missing. The money goes "
                "back first, then the order is cancelled: by commands of the "
                "orchestrator in one pattern, by the event inventory.failed in the "
                "other. Charged and refunded both grow."
            ),
        ),
        Kind(
            "slow",
            _("The service is slow"),
            "{}.handle",
            Action.SLOW,
            EVERY,
            _(
                "Each batch of messages waits before it is handled: orders pile up in "
                "front of the service, and nothing fails. The orchestrator asks again "
                "after 5 s with the same command; the service knows it and acts once."
            ),
        ),
        Kind(
            "lost",
            _("Messages get lost"),
            "{}.reply-lost",
            Action.FAIL,
            EVERY,
            _(
                "What the service decided is committed, but its reply or event is not "
                "sent. The orchestrator asks again after 5 s: the service knows the "
                "command and answers again, without charging twice. And a sweep finds "
                "the message in the outbox and sends it, in both patterns."
            ),
        ),
        Kind(
            "duplicate",
            _("Messages come twice"),
            "{}.duplicate",
            Action.FAIL,
            EVERY,
            _(
                "Each message of the service is published twice. Who receives it keeps "
                "the ids of what it has handled (the inbox), so the second one changes "
                "nothing: nobody pays twice, no piece is set aside twice."
            ),
        ),
        Kind(
            "crash-before",
            _("The worker dies with work in hand"),
            "{}.handle",
            Action.CRASH,
            EVERY,
            _(
                "The worker is killed (kill -9) before it has handled a batch. It is "
                "started again within seconds and reads the same messages from the "
                "log: nothing was committed, nothing is lost."
            ),
        ),
        Kind(
            "crash-after",
            _("The worker dies before it can tell"),
            "{}.before-publish",
            Action.CRASH,
            EVERY,
            _(
                "The worker is killed after its commit and before its message is out: "
                "money is charged and nobody knows. When it is back it finds the "
                "message in its outbox, and the story goes on."
            ),
        ),
        Kind(
            "crash-web",
            _("The web server dies"),
            "{}.request",
            Action.CRASH,
            ("order",),
            _(
                "The web process is killed with an order in hand, and the answer never "
                "comes. The order is sent again with the same Idempotency-Key: it is "
                "one order, however often it was sent."
            ),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Preset:
    """Some faults that make a story together, turned on with one press."""

    key: str
    label: Text
    icon: str
    faults: Sequence[Fault]

    @property
    def seen(self) -> Text:
        """What will be seen."""
        return self.faults[0].kind.seen


def _on(kind: str, service: str, **said: int) -> Fault:
    return Fault(kind=KINDS[kind], service=service, **said)


PRESETS = {
    preset.key: preset
    for preset in (
        Preset(
            "declined",
            _("Every third payment is declined"),
            "card",
            (_on("decline", "payment", percent=33, lasts_s=120),),
        ),
        Preset(
            "sold-out",
            _("Every second time the shelf is empty"),
            "box",
            (_on("no-stock", "inventory", percent=50, lasts_s=120),),
        ),
        Preset(
            "slow",
            _("The inventory is slow"),
            "clock",
            (_on("slow", "inventory", wait_s=2),),
        ),
        Preset(
            "lost",
            _("Replies get lost"),
            "letter",
            (
                _on("lost", "payment", percent=40),
                _on("lost", "inventory", percent=40),
            ),
        ),
        Preset(
            "twice",
            _("Everything comes twice"),
            "copy",
            tuple(_on("duplicate", service) for service in EVERY),
        ),
        Preset(
            "crash",
            _("The payment worker crashes"),
            "bolt",
            (_on("crash-after", "payment", times=3),),
        ),
    )
}


def kind_at(point: str, action: str) -> Kind | None:
    """The kind that a fault on a service's list is of; None for one of another page."""
    service = point.partition(".")[0]
    for kind in KINDS.values():
        if kind.point_at(service) == point and kind.action == action:
            return kind
    return None
