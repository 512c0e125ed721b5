"""What services tell, in the words of their APIs, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from common.contracts import topics
from common.messaging.envelope import iso
from orchestrator_svc.dashboard.story.facts import Mailbox, mailbox
from orchestrator_svc.dashboard.story.happening import Happening
from orchestrator_svc.tests.factories import NOW

ORDER = "ORD-1"
SAGA = "SAGA-1"


def at(milliseconds: float) -> datetime:
    """So long after the story began."""
    return NOW + timedelta(milliseconds=milliseconds)


def sent(
    message_id: str,
    topic: str,
    kind: str = "",
    after: float = 0,
    *,
    cause: str = "",
    value: Any = None,
    resend: int = 0,
) -> dict[str, Any]:
    """A message of an outbox."""
    headers = {"ce_id": message_id, **({"ce_resend": str(resend)} if resend else {})}
    return {
        "messageId": message_id,
        "topic": topic,
        "key": ORDER,
        "type": kind or topic,
        "headers": headers,
        "value": {} if value is None else value,
        "causationId": cause,
        "createdAt": iso(at(after)),
        "publishedAt": iso(at(after)),
    }


def command(
    turn: int, name: str, after: float = 0, *, cause: str = "", **more: Any
) -> dict[str, Any]:
    """What the orchestrator sends."""
    resend = more.pop("resend", 0)
    return sent(
        f"{SAGA}/{turn}",
        topics.COMMANDS,
        name,
        after,
        cause=cause,
        value={"command": name, "data": more},
        resend=resend,
    )


def reply(
    turn: int, name: str, after: float = 0, *, status: str = "SUCCESS", **data: Any
) -> dict[str, Any]:
    """What a participant answers."""
    asked = f"{SAGA}/{turn}"
    return sent(
        f"{asked}/reply",
        topics.REPLIES,
        f"{name}.{status}",
        after,
        cause=asked,
        value={"command": name, "status": status, "data": data},
    )


def event(topic: str, after: float = 0, *, cause: str = "", **body: Any) -> Any:
    """What a service tells all others."""
    return sent(f"{ORDER}/{topic}", topic, "", after, cause=cause, value=body)


def handled(message_id: str, topic: str, after: float = 0) -> dict[str, Any]:
    """A message of an inbox."""
    return {
        "messageId": message_id,
        "topic": topic,
        "key": ORDER,
        "handledAt": iso(at(after)),
    }


def letter(message_id: str, status: str = "RETRYING", after: float = 0) -> Any:
    """A dead letter."""
    return {
        "letterId": f"LETTER-{message_id}",
        "messageId": message_id,
        "topic": topics.COMMANDS,
        "type": "CREATE_ORDER",
        "status": status,
        "error": "Poison: bad",
        "attempts": 2,
        "createdAt": iso(at(after)),
        "updatedAt": iso(at(after)),
        "value": {},
    }


def action(name: str, after: float = 0, target: str = ORDER, reason: str = "") -> Any:
    """An entry of an audit trail."""
    return {
        "entryId": f"AUD-{name}",
        "at": iso(at(after)),
        "actor": "kim",
        "action": name,
        "target": target,
        "reason": reason,
        "detail": {},
        "requestId": "",
    }


def answer(
    sent: Iterable[Any] = (),
    handled: Iterable[Any] = (),
    letters: Iterable[Any] = (),
    actions: Iterable[Any] = (),
    left_off: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """A whole answer to `GET /api/messages/story`, from which some were left off."""
    found = {
        "sent": list(sent),
        "handled": list(handled),
        "deadLetters": list(letters),
        "actions": list(actions),
    }
    missing = left_off or {}
    totals = {name: len(rows) + missing.get(name, 0) for name, rows in found.items()}
    return {"key": ORDER, **found, "totals": totals}


def box(service: str, **parts: Any) -> Mailbox:
    """A service's mailbox."""
    return mailbox(service, answer(**parts))


def boxes(*found: Mailbox) -> dict[str, Mailbox]:
    """Mailboxes by service."""
    return {one.service: one for one in found}


def order(status: str = "PENDING", *history: tuple[str | None, str, float]) -> Any:
    """An order as its service shows it."""
    return {
        "orderId": ORDER,
        "customerId": "CUST001",
        "items": [
            {
                "productId": "PROD001",
                "productName": "Laptop",
                "quantity": 2,
                "price": 999.99,
            }
        ],
        "totalAmount": 1999.98,
        "paymentMethod": "AUTO",
        "mode": "CHOREOGRAPHY",
        "status": status,
        "paymentId": None,
        "reservationId": None,
        "cancellationReason": None,
        "history": [
            {"at": iso(at(after)), "from": before, "to": to, "why": "because"}
            for before, to, after in history
        ],
        "createdAt": iso(at(0)),
        "updatedAt": iso(at(0)),
    }


def attempt(status: str = "PENDING", **more: Any) -> dict[str, Any]:
    """A payment through Toss as its service shows it; `more` are members of it."""
    outer: dict[str, Any] = {
        name: more.pop(name) for name in ("provider", "refunds") if name in more
    }
    record = more.pop("toss", None)
    payment = {
        "paymentId": "PAY-1",
        "amount": 60.0,
        "refundedAmount": 0.0,
        "currency": "USD",
        "status": status,
        "paymentMethod": "TOSS",
        "transactionId": None,
        "receiptUrl": None,
        "failureReason": None,
        "expiresAt": iso(at(600_000)),
        "processedAt": None,
        "refundedAt": None,
        "createdAt": iso(at(10)),
        "updatedAt": iso(at(10)),
        **more,
    }
    return {
        "attempt": 1,
        "payment": payment,
        "provider": None,
        "attention": None,
        "tossPaymentData": record,
        "refunds": [],
        **outer,
    }


def drawn(happenings: Iterable[Happening]) -> list[str]:
    """Each as one line: who tells whom what, and what it means."""
    return [
        f"{one.lane} > {', '.join(leg.lane for leg in one.legs)}: {one.label}"
        f" {one.status} [{one.tone}]".replace("  ", " ").replace(" > :", ":")
        for one in happenings
    ]
