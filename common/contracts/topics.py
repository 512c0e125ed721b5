"""The topics of the log and the consumer group of each service."""

from __future__ import annotations

COMMANDS = "orchestrator.saga"
REPLIES = "orchestrator.reply"

ORDER_CREATED = "order.created"
PAYMENT_PROCESSED = "payment.processed"
PAYMENT_FAILED = "payment.failed"
INVENTORY_RESERVED = "inventory.reserved"
INVENTORY_FAILED = "inventory.failed"
ORDER_CANCELLED = "order.cancelled"

EVENT_TOPICS = (
    ORDER_CREATED,
    PAYMENT_PROCESSED,
    PAYMENT_FAILED,
    INVENTORY_RESERVED,
    INVENTORY_FAILED,
    ORDER_CANCELLED,
)

SERVICES = ("order", "payment", "inventory", "orchestrator")


def group_of(service: str) -> str:
    """The consumer group of a service: `order` reads as `order-service-group`."""
    return f"{service}-service-group"


def dead_letters_of(service: str) -> str:
    """The topic a service's dead letters are published to."""
    return f"{group_of(service)}.dlq"


ALL_TOPICS = (
    *EVENT_TOPICS,
    COMMANDS,
    REPLIES,
    *(dead_letters_of(service) for service in SERVICES),
)
