"""What a record may weigh, the same for every adapter."""

from __future__ import annotations

from common.log.port import NewRecord, RecordTooLarge

MAX_RECORD_BYTES = 1024 * 1024


def size_of(record: NewRecord) -> int:
    """The bytes of key, value and headers.

    Raises RecordTooLarge for more than the log takes.
    """
    size = len(record.key.encode()) + len(record.value)
    for name, value in record.headers.items():
        size += len(name.encode()) + len(value.encode())
    if size > MAX_RECORD_BYTES:
        raise RecordTooLarge(
            f"A record for {record.topic!r} with key {record.key[:80]!r} has {size} "
            f"bytes; the log takes at most {MAX_RECORD_BYTES}. Send a reference to "
            "the data instead of the data."
        )
    return size
