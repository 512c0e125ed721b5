"""From the library's records to the port's, whatever a foreign producer sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatch

from common.log.port import LogRecord


class _LenientText(bytearray):
    """Bytes whose parts decode with replacement characters instead of failing."""

    def __getitem__(self, index: Any) -> Any:
        part = super().__getitem__(index)
        return _LenientText(part) if isinstance(part, bytearray) else part

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The text, never an error."""
        return super().decode(encoding, "replace")


class TolerantBatch(DefaultRecordBatch):
    """A batch that can be read though the names of its headers are no UTF-8.

    The library takes such a batch for corrupt and would be stuck in front of it.
    """

    _buffer: bytes | bytearray

    def _read_msg(self, *arguments: Any) -> Any:
        try:
            return super()._read_msg(*arguments)
        except UnicodeDecodeError:
            self._buffer = _LenientText(self._buffer)
            return super()._read_msg(*arguments)


def install() -> None:
    """The library reads its batches with `TolerantBatch`, in the whole process."""
    memory_records.DefaultRecordBatch = TolerantBatch


def log_record(record: Any) -> LogRecord:
    """The port's record: no key is the empty one, no value the empty one."""
    return LogRecord(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=_text(record.key),
        value=record.value or b"",
        headers=_headers(record.headers),
        timestamp=record.timestamp,
    )


def _text(data: bytes | None) -> str:
    return data.decode("utf-8", "replace") if data else ""


def _headers(pairs: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    return {name: _text(value) for name, value in pairs}
