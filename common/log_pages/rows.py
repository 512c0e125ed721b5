"""Messages as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import quote

from common.contracts.topics import ALL_TOPICS
from common.log.port import LogRecord
from common.messaging.presentation import Content, content_of
from common.web.converters import is_id

PREVIEW = 200
HEADERS, HEADER_LENGTH, KEY_LENGTH = 100, 2000, 300
# The last moment that a time can be; a foreign producer may name any.
LAST_MS = 253_402_300_799_000


def at_of(milliseconds: int) -> datetime:
    """The moment so many milliseconds after 1970."""
    return datetime.fromtimestamp(min(max(milliseconds, 0), LAST_MS) / 1000, UTC)


@dataclass(frozen=True)
class Row:
    """A record of the log, in a list or alone."""

    record: LogRecord

    @property
    def at(self) -> datetime:
        """When it was written, as its producer said."""
        return at_of(self.record.timestamp)

    @property
    def key(self) -> str:
        """As much of the key as one can look at."""
        return self.record.key[:KEY_LENGTH] or "–"

    @property
    def type(self) -> str:
        """What kind of message it says it is."""
        return self.record.headers.get("ce_type", "")

    @property
    def size(self) -> int:
        """The bytes of its value."""
        return len(self.record.value)

    @property
    def preview(self) -> str:
        """How it begins, in one line."""
        head = self.record.value[: 4 * PREVIEW].decode("utf-8", "replace")
        line = "".join(sign if sign.isprintable() else "·" for sign in head[:PREVIEW])
        return f"{line}…" if self.size > len(line.encode()) else line

    @property
    def headers(self) -> list[tuple[str, str]]:
        """What it carries along; a foreign producer's may be many and long."""
        pairs = sorted(self.record.headers.items())[:HEADERS]
        return [(name[:HEADER_LENGTH], text[:HEADER_LENGTH]) for name, text in pairs]

    @cached_property
    def content(self) -> Content:
        """What it says."""
        return content_of(self.record.value)

    @property
    def address(self) -> str:
        """Its own page."""
        topic = quote(self.record.topic, safe="")
        return f"/log/topics/{topic}/{self.record.partition}/{self.record.offset}"

    @property
    def story(self) -> str:
        """The page of the order it is about; nothing where there is none."""
        key = self.record.key
        is_ours = self.record.topic in ALL_TOPICS and is_id(key)
        return f"/orders/{key}" if is_ours else ""
