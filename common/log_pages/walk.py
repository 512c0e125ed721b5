"""The records of several partitions as one list, read as far as somebody looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from common.log.port import LogRecord
from common.log.positions import Share

Read = Callable[[Sequence[Share]], Sequence[LogRecord]]
Marks = Mapping[int, int]


@dataclass(slots=True)
class _Lane:
    """One partition: what was read and not yet handed out, and what is left to read.

    `mark` stands between what was handed out and what was not; `first` and `end` hold
    what is still in the log and not read.
    """

    mark: int
    first: int
    end: int
    waiting: deque[LogRecord] = field(default_factory=deque)

    @property
    def left(self) -> int:
        return self.end - self.first


class Walk:
    """Records from the marks on, older and older or newer and newer.

    They come in the order of their time, those of one partition in that of their
    offsets. A mark is the offset in front of which its partition is entered.
    """

    def __init__(
        self,
        read: Read,
        topic: str,
        ranges: Mapping[int, tuple[int, int]],
        marks: Marks,
        *,
        backwards: bool,
        step: int,
    ) -> None:
        """`ranges` are the offsets held of each partition, `step` what to read at once.

        A partition without a mark is entered at its end.
        """
        self._read = read
        self._topic = topic
        self._backwards = backwards
        self._step = step
        self._lanes = {}
        for number, (first, end) in ranges.items():
            mark = min(max(marks.get(number, end), first), end)
            left = (first, mark) if backwards else (mark, end)
            self._lanes[number] = _Lane(mark, *left)

    def __iter__(self) -> Iterator[LogRecord]:
        while self._fill():
            lane = self._next()
            record = lane.waiting.popleft()
            lane.mark = record.offset + (0 if self._backwards else 1)
            yield record

    def has_more(self) -> bool:
        """True where the walk would go on."""
        return any(lane.waiting or lane.left for lane in self._lanes.values())

    def marks(self) -> dict[int, int]:
        """Where the walk stands, to go on from there in either direction."""
        return {number: lane.mark for number, lane in self._lanes.items()}

    def _fill(self) -> bool:
        """Every lane that has records has some waiting; False where none has."""
        lanes = self._lanes.values()
        while any(lane.left and not lane.waiting for lane in lanes):
            # Those that will soon be dry are read with those that are.
            low = {
                number: lane
                for number, lane in self._lanes.items()
                if lane.left and 2 * len(lane.waiting) < self._step
            }
            self._take([self._share(number, lane) for number, lane in low.items()])
        return any(lane.waiting for lane in lanes)

    def _share(self, number: int, lane: _Lane) -> Share:
        size = min(self._step, lane.left)
        start = lane.end - size if self._backwards else lane.first
        if self._backwards:
            lane.end -= size
        else:
            lane.first += size
        return Share((self._topic, number), start, size)

    def _take(self, shares: Sequence[Share]) -> None:
        found: Iterable[LogRecord] = self._read(shares)
        fresh: dict[int, list[LogRecord]] = {}
        for record in found:
            fresh.setdefault(record.partition, []).append(record)
        for number, records in fresh.items():
            in_order = reversed(records) if self._backwards else records
            self._lanes[number].waiting.extend(in_order)

    def _next(self) -> _Lane:
        heads = {
            (lane.waiting[0].timestamp, number): lane
            for number, lane in self._lanes.items()
            if lane.waiting
        }
        return heads[max(heads) if self._backwards else min(heads)]
