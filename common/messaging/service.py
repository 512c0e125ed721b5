"""Which service this is, to the part that moves messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from common.contracts import topics, wire
from common.messaging.envelope import Inbound, Outbound

Handler = Callable[[Sequence[Inbound], datetime], Sequence[Outbound]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A participant: what it listens to and what it does with a batch.

    `handle` runs in one transaction, on messages it has not had yet, in their order.
    """

    name: str
    topics: tuple[str, ...]
    handle: Handler

    @property
    def group(self) -> str:
        """Its consumer group."""
        return topics.group_of(self.name)

    @property
    def commands(self) -> frozenset[str]:
        """The commands addressed to it."""
        return frozenset(
            name for name, command in wire.COMMANDS.items() if command.to == self.name
        )

    @property
    def takes_strays(self) -> bool:
        """True for the one service that dead-letters commands addressed to nobody."""
        return self.name == "order"


@lru_cache(maxsize=1)
def this_service() -> Service:
    """The service of this process, from its settings."""
    return Service(
        name=settings.SERVICE_NAME,
        topics=tuple(settings.SERVICE_TOPICS),
        handle=import_string(settings.SERVICE_HANDLER),
    )
