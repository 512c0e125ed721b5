"""Finding messages in a topic, with work that has a bound."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from common.log.port import Admin, LogRecord, PartitionInfo, UnknownTopic, partition_of
from common.log_pages.walk import Marks, Walk

MOST_LOOKED_AT = 5000
# How much of a long value is searched, and what a step may bring over the network.
SEARCHED_BYTES = 1024 * 1024
STEP_BYTES = 8 * 1024 * 1024
# A cursor names the place in each partition; an address has no room for thousands.
MOST_PARTITIONS = 128
_cursor = re.compile(r"\d{1,18}(\.\d{1,18})*").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages of a topic; what is not said narrows nothing.

    `before` and `after` are cursors of an earlier answer and count more than `offset`
    and `until`. A key is looked for where our own programs put it, or everywhere.
    """

    topic: str
    partition: int | None = None
    offset: int | None = None
    until: datetime | None = None
    key: str = ""
    everywhere: bool = False
    text: str = ""
    before: str = ""
    after: str = ""
    limit: int = 50

    @property
    def searches(self) -> bool:
        """True where messages are passed over that do not fit."""
        return bool(self.key or self.text)

    @property
    def is_newest(self) -> bool:
        """True where what is wanted changes with every message that comes."""
        told = (self.before, self.after, self.offset, self.until)
        return not self.searches and not any(one not in {"", None} for one in told)

    def fits(self, record: LogRecord) -> bool:
        """The key is that key, and the text is somewhere in the message."""
        if self.key and record.key != self.key:
            return False
        return not self.text or self.text.casefold() in _words_of(record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Messages, newest first, and the cursors to those before and after them.

    `reached` is the time (in ms) of the last message looked at; `gave_up` says that
    more would have had to be looked at than one answer is worth.
    """

    records: Sequence[LogRecord]
    partitions: Sequence[PartitionInfo]
    looked_in: Sequence[int]
    older: str
    newer: str
    looked_at: int
    reached: int | None
    gave_up: bool


def find(admin: Admin, wanted: Wanted) -> Found:
    """The messages wanted. Raises UnknownTopic, LogUnavailable."""
    parts = [part for part in admin.partitions() if part.topic == wanted.topic]
    if not parts:
        raise UnknownTopic(f"The log has no topic {wanted.topic!r}.")
    chosen = _chosen(parts, wanted)
    onwards = bool(wanted.after) and not wanted.before
    start = _start(admin, chosen, wanted)
    walk = Walk(
        admin.read_shares,
        wanted.topic,
        {part.partition: (part.first_offset, part.next_offset) for part in chosen},
        start,
        backwards=not onwards,
        step=_step(chosen, wanted),
    )
    start = walk.marks()
    records, looked_at, reached = _collect(walk, wanted)
    ends = {part.partition: part.next_offset for part in chosen}
    further = write_cursor(walk.marks()) if walk.has_more() else ""
    back = write_cursor(start) if onwards or start != ends else ""
    return Found(
        records=records[::-1] if onwards else records,
        partitions=parts,
        looked_in=[part.partition for part in chosen],
        older=back if onwards else further,
        newer=further if onwards else back,
        looked_at=looked_at,
        reached=reached,
        gave_up=looked_at == MOST_LOOKED_AT and walk.has_more(),
    )


def write_cursor(marks: Marks) -> str:
    """The marks in the order of their partitions, as an address carries them."""
    return ".".join(str(marks[number]) for number in sorted(marks))


def read_cursor(text: str, partitions: Sequence[int]) -> dict[int, int]:
    """The marks in a cursor; none where it is not one of these partitions."""
    offsets = text.split(".") if _cursor(text) else []
    if len(offsets) != len(partitions):
        return {}
    return {
        number: int(offset)
        for number, offset in zip(sorted(partitions), offsets, strict=True)
    }


def _chosen(parts: Sequence[PartitionInfo], wanted: Wanted) -> Sequence[PartitionInfo]:
    """The partitions to look in: that one, the key's, or all that one can."""
    number = wanted.partition
    if number is None and wanted.key and not wanted.everywhere:
        number = partition_of(wanted.key, len(parts))
    if number is None:
        return parts[:MOST_PARTITIONS]
    return [part for part in parts if part.partition == number]


def _start(
    admin: Admin, chosen: Sequence[PartitionInfo], wanted: Wanted
) -> Mapping[int, int]:
    numbers = [part.partition for part in chosen]
    if cursor := read_cursor(wanted.before or wanted.after, numbers):
        return cursor
    if wanted.offset is not None and wanted.partition is not None:
        return {wanted.partition: wanted.offset + 1}
    if wanted.until is not None:
        # Up to the end of that second.
        behind = int(wanted.until.timestamp()) * 1000 + 1000
        places = [(wanted.topic, number) for number in numbers]
        offsets = admin.offsets_at(places, behind)
        return {number: offset for (_, number), offset in offsets.items()}
    return {}


def _step(chosen: Sequence[PartitionInfo], wanted: Wanted) -> int:
    """How many records of each partition to read at once, fewer where they are long."""
    if not chosen:
        return 1
    aim = MOST_LOOKED_AT if wanted.searches else 2 * wanted.limit
    count = sum(part.next_offset - part.first_offset for part in chosen)
    size = sum(part.size_bytes for part in chosen)
    average = max(size // max(count, 1), 1)
    return max(min(aim, STEP_BYTES // average) // len(chosen), 1)


def _collect(walk: Walk, wanted: Wanted) -> tuple[list[LogRecord], int, int | None]:
    records: list[LogRecord] = []
    looked_at, reached = 0, None
    for record in islice(walk, MOST_LOOKED_AT):
        looked_at, reached = looked_at + 1, record.timestamp
        if wanted.fits(record):
            records.append(record)
        if len(records) == wanted.limit:
            break
    return records, looked_at, reached


def _words_of(record: LogRecord) -> str:
    value = record.value[:SEARCHED_BYTES].decode("utf-8", "replace")
    return "\n".join([record.key, value, *record.headers.values()]).casefold()
