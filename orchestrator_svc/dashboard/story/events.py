"""What the mailboxes tell, as things that happened, in the order of cause and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.contracts import topics, wire
from common.contracts.base import Mode
from common.saga import registry
from orchestrator_svc.dashboard.story.facts import Letter, Mailbox, Sent
from orchestrator_svc.dashboard.story.happening import (
    Happening,
    Lane,
    Leg,
    Shape,
    Tone,
)

Boxes = Mapping[str, Mailbox]

# Who acts on an event of the choreography; others may read it, and do nothing.
LISTENERS: Mapping[str, tuple[Lane, ...]] = {
    topics.ORDER_CREATED: (Lane.PAYMENT,),
    topics.PAYMENT_PROCESSED: (Lane.INVENTORY, Lane.ORDER),
    topics.PAYMENT_FAILED: (Lane.ORDER,),
    topics.INVENTORY_RESERVED: (Lane.ORDER,),
    topics.INVENTORY_FAILED: (Lane.PAYMENT, Lane.ORDER),
    topics.ORDER_CANCELLED: (Lane.INVENTORY,),
}
SENDERS: Mapping[str, Lane] = {
    topic: Lane(topic.partition(".")[0]) for topic in topics.EVENT_TOPICS
}
FAILURES = frozenset({topics.PAYMENT_FAILED, topics.INVENTORY_FAILED})
# A failure that says that something was given back, because it was asked for.
UNDOING_REASONS = frozenset({"REFUNDED", "ORDER_CANCELLED"})
MAX_DETAIL = 300


def undo_names() -> frozenset[str]:
    """The commands that undo a step of some saga."""
    steps = [step for saga in registry.values() for step in saga.steps]
    return frozenset(step.undo.name for step in steps if step.undo)


def messages(boxes: Boxes) -> Iterator[Happening]:
    """Every message that was sent, with who has had it.

    Not what a service put aside: that is told as the dead letter it is.
    """
    undoing = undo_names()
    seen: Counter[str] = Counter()
    for box in boxes.values():
        aside = topics.dead_letters_of(box.service)
        for sent in (one for one in box.sent if one.topic != aside):
            again = seen[sent.message_id]
            seen[sent.message_id] += 1
            yield _message(sent, again, boxes, undoing)


def _message(
    sent: Sent, again: int, boxes: Boxes, undoing: frozenset[str]
) -> Happening:
    shape = _shape(sent)
    key = f"{sent.message_id}+{again}" if again else sent.message_id
    said, amount = _says(sent, shape)
    return Happening(
        key=key,
        at=sent.at,
        lane=Lane(sent.service),
        legs=tuple(_legs(sent, shape, boxes)),
        shape=shape,
        tone=_tone(sent, shape, undoing),
        label=_label(sent),
        detail=said,
        amount=amount,
        message_id=sent.message_id,
        cause=sent.cause,
        repeats=1 if again or sent.resend else 0,
    )


def _shape(sent: Sent) -> Shape:
    if sent.topic == topics.COMMANDS:
        return Shape.COMMAND
    return Shape.REPLY if sent.topic == topics.REPLIES else Shape.EVENT


def _label(sent: Sent) -> str:
    """A reply's name without its outcome, which its tone and sign tell."""
    return sent.type.removesuffix(".SUCCESS")


def _legs(sent: Sent, shape: Shape, boxes: Boxes) -> Iterator[Leg]:
    for lane in _receivers(sent, shape):
        box = boxes.get(lane.value)
        had = box.handled.get(sent.message_id) if box else None
        heard = box is not None and not box.forgotten
        yield Leg(lane, had.at if had else None, heard=heard)


def _receivers(sent: Sent, shape: Shape) -> tuple[Lane, ...]:
    if shape is Shape.REPLY:
        return (Lane.ORCHESTRATOR,)
    if shape is Shape.COMMAND:
        command = wire.COMMANDS.get(sent.type)
        return (Lane(command.to),) if command else ()
    if sent.body.get("mode") == Mode.ORCHESTRATION:
        return (Lane.ORCHESTRATOR,)
    return LISTENERS.get(sent.topic, ())


def _tone(sent: Sent, shape: Shape, undoing: frozenset[str]) -> Tone:
    undoes = sent.type.partition(".")[0] in undoing
    if shape is Shape.COMMAND:
        return Tone.UNDONE if undoes else Tone.PLAIN
    if shape is Shape.REPLY:
        if sent.body.get("status") != "SUCCESS":
            return Tone.BAD
        return Tone.UNDONE if undoes else Tone.GOOD
    if sent.topic == topics.ORDER_CANCELLED:
        return Tone.UNDONE
    if sent.topic in FAILURES:
        given_back = sent.body.get("reason") in UNDOING_REASONS
        return Tone.UNDONE if given_back else Tone.BAD
    return Tone.GOOD if sent.topic != topics.ORDER_CREATED else Tone.PLAIN


def _says(sent: Sent, shape: Shape) -> tuple[str, Decimal | None]:
    """What is worth reading in a message at a glance: why, how many, how much."""
    body = sent.body if shape is Shape.EVENT else sent.body.get("data")
    body = body if isinstance(body, dict) else {}
    why = ": ".join(str(body[name]) for name in ("reason", "message") if body.get(name))
    wanted = sent.type == "RESERVE_INVENTORY" or sent.topic == topics.ORDER_CREATED
    detail = why or (_items(body.get("items")) if wanted else "")
    amount = None if why or wanted else money_of(body.get("amount"))
    return detail[:MAX_DETAIL], amount or money_of(body.get("refundedAmount"))


def _items(items: Any) -> str:
    lines = items if isinstance(items, list) else []
    named = [one for one in lines if isinstance(one, dict)]
    return ", ".join(
        f"{one.get('quantity')} × {one.get('productName') or one.get('productId')}"
        for one in named[:5]
    )


def money_of(value: Any) -> Decimal | None:
    """The amount in a message, where it has one that is more than nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount else None


def arrivals(boxes: Boxes, silent: Iterable[str]) -> Iterator[Happening]:
    """What a service has had and none of ours has sent: it came from outside.

    As long as a service is silent the message may be its, so nothing is said then.
    """
    if tuple(silent):
        return
    known = {one.message_id for box in boxes.values() for one in box.sent}
    if any(box.left_off for box in boxes.values()):
        return
    for box in boxes.values():
        for had in box.handled.values():
            lane = Lane(box.service)
            listens = lane in LISTENERS.get(had.topic, (lane,))
            if had.message_id not in known and listens:
                yield Happening(
                    key=f"{box.service}:{had.message_id}",
                    at=had.at,
                    lane=lane,
                    shape=Shape.EVENT,
                    label=had.topic,
                    detail=_("came from outside"),
                    message_id=had.message_id,
                )


def dead_letters(boxes: Boxes) -> Iterator[Happening]:
    """Every message that could not be handled, and what has become of it."""
    for box in boxes.values():
        for letter in box.letters:
            yield _letter(letter)


def _letter(letter: Letter) -> Happening:
    is_over = letter.status in ("RESOLVED", "DISCARDED")
    return Happening(
        key=letter.letter_id,
        at=letter.at,
        lane=Lane(letter.service),
        shape=Shape.LETTER,
        tone=Tone.UNDONE if is_over else Tone.BAD,
        label=format_lazy("{}: {}", _("Dead letter"), letter.type or letter.topic),
        detail=letter.error[:MAX_DETAIL],
        status=letter.status,
        link=reverse("log-letter", args=(letter.service, letter.letter_id)),
        cause=letter.message_id,
    )


def raw(boxes: Boxes) -> list[Sent]:
    """All messages in the order they were sent in."""
    found = [sent for box in boxes.values() for sent in box.sent]
    return sorted(found, key=lambda sent: (sent.at, sent.message_id))
